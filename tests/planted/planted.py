#!/usr/bin/env python3
"""Breaks the engine, one fault at a time, and shows which tests notice.

A test suite is as good as the faults it catches. This copies the working tree to build/planted, builds the tests of the
engine there, and then for each fault in faults.py: plants it, builds, runs, takes it out again. It ends with a table of what
caught what, and with exit 1 when a fault was caught by nobody.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import time

from faults import FAULTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "planted"
TREE = WORK / "tree"
BUILD = WORK / "build"
UNITS = ["wake", "call", "late_call", "engine"]


def misfits(root):
    """Faults that do not fit the source any more, as lines to print."""
    lines = []
    for fault in FAULTS:
        found = (root / fault.file).read_text().count(fault.old)
        if found != 1:
            lines.append(f"{fault.file}: the fault \"{fault.name}\" finds its place {found} times, not once")
    return lines


def copy_tree():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    wanted = set()
    for name in names.decode().split("\0"):
        source, target = ROOT / name, TREE / name
        if not name or not source.is_file():
            continue
        wanted.add(target)
        if target.is_file() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    for left in [p for p in TREE.rglob("*") if p.is_file() and p not in wanted]:
        left.unlink()


def configure():
    subprocess.run(
        ["cmake", "-S", TREE, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O1"],
        check=True, stdout=subprocess.DEVNULL)


def build(args):
    targets = ["scenario_test", "replay_test"] + [f"proxy_core_{u}_test" for u in UNITS] + ["sim"] * bool(args.sim)
    return subprocess.run(["cmake", "--build", BUILD, "-j", str(args.jobs), "--target", *targets],
                          capture_output=True, text=True)


def run(command, seconds):
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=seconds, errors="replace")
    except subprocess.TimeoutExpired:
        return True, "hangs"
    return done.returncode != 0, done.stdout + done.stderr


def gtest(names, seconds=120):
    """Names of the tests that fail; a program that dies counts as one."""
    failed = []
    for name in names:
        bad, text = run([BUILD / "tests" / name, "--gtest_brief=1"], seconds)
        found = sorted(set(re.findall(r"\[  FAILED  \] ([\w.]+)", text)))
        failed += found or ([name + " died"] if bad else [])
    return failed


def sim(seconds):
    bad, text = run([BUILD / "tests" / "sim", "--time", f"{seconds}s"], seconds + 120)
    if not bad:
        return None
    first = re.search(r"violation: (.*)", text)
    return first.group(1) if first else text.strip().splitlines()[-1] if text.strip() else "died"


def caught_by(args):
    by = []
    units = gtest([f"proxy_core_{u}_test" for u in UNITS])
    scripts = gtest(["scenario_test"])
    by += [f"unit: {len(units)} ({units[0]})"] if units else []
    by += [f"scenarios: {len(scripts)} ({scripts[0].removeprefix('Scenario.')})"] if scripts else []
    if args.replay or not by:
        replays = gtest(["replay_test"], 600)
        by += [f"replay: {len(replays)} ({replays[0].removeprefix('Replay.')})"] if replays else []
    if args.sim:
        seen = sim(args.sim)
        by += [f"simulator: {seen[:110]}"] if seen else []
    return by


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only see whether each fault still fits the source")
    parser.add_argument("--only", action="append", help="faults whose name contains this; again for more")
    parser.add_argument("--sim", type=int, default=20, metavar="S", help="seconds for the simulator (0: leave it out)")
    parser.add_argument("--replay", action="store_true", help="replay the scripts too when others caught it already")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    wrong = misfits(ROOT)
    if wrong:
        print("\n".join(wrong))
        return 1
    if args.check:
        print(f"{len(FAULTS)} faults fit")
        return 0
    TREE.mkdir(parents=True, exist_ok=True)
    copy_tree()
    configure()
    done = build(args)
    if done.returncode != 0:
        print(done.stdout[-4000:])
        return 1
    healthy = caught_by(args)
    if healthy:
        print("the engine fails without any fault:", *healthy, sep="\n  ")
        return 1
    missed = 0
    started = time.monotonic()
    chosen = [f for f in FAULTS if not args.only or any(part in f.name for part in args.only)]
    for number, fault in enumerate(chosen, 1):
        path = TREE / fault.file
        good = path.read_text()
        try:
            path.write_text(good.replace(fault.old, fault.new))
            done = build(args)
            by = ["does not compile:\n" + done.stdout[-2000:]] if done.returncode != 0 else caught_by(args)
        finally:
            path.write_text(good)
        broken = done.returncode != 0
        missed += broken or not by
        print(f"{number:3}/{len(chosen)}  {fault.name}")
        for line in by or ["NOT CAUGHT"]:
            print(f"         {line}")
        sys.stdout.flush()
    print(f"{len(chosen) - missed} of {len(chosen)} faults caught in {time.monotonic() - started:.0f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
