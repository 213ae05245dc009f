"""Somebody who looks at the status page: Chromium without a screen, steered by visitor/visitor.mjs."""
import json
import os
import pathlib
import shutil
import subprocess

from support import LIMIT

CHROMIUM = shutil.which("chromium")
NPM = shutil.which("npm")
SOURCES = pathlib.Path(__file__).parent / "visitor"


def fetch(folder):
    """What the lock file names, in `folder`, once."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (SOURCES / "package-lock.json").read_bytes()
    done = folder / "node_modules/fetched"
    for name in ("package.json", "package-lock.json", ".npmrc", "visitor.mjs"):
        shutil.copy(SOURCES / name, folder)
    if done.exists() and done.read_bytes() == lock:
        return folder
    run = subprocess.run([NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, timeout=4 * LIMIT)
    if run.returncode != 0:
        raise AssertionError(f"npm ci: {run.stdout}{run.stderr}")
    done.write_bytes(lock)
    return folder


class Visitor:
    """visitor.click(name="Log in") does what `acts` in visitor.mjs says; what cannot be done fails the test."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            ["node", "visitor.mjs"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "CHROMIUM": CHROMIUM, "LIMIT": str(LIMIT)})

    def __getattr__(self, act):
        return lambda **given: self.ask(act, given)

    def ask(self, act, given):
        self.process.stdin.write(json.dumps({"do": act, **given}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the visitor has gone at {act}"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=LIMIT)
        self.process.stdout.close()
