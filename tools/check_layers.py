#!/usr/bin/env python3
"""Checks that includes only go along the allowed arrows.

usage: check_layers.py [ROOT]

Prints one line a fault and ends with 1 when there is one. Finds: an include that is no allowed arrow, a source file
in a folder that is no layer, a pure layer that touches the outside, an own header in angle brackets or
without its path from the root. The arrows are those of the sipwake_layer() calls in the CMakeLists.txt files.
"""
import pathlib
import re
import sys

FLOORS = ("sipstack", "proxy", "web", "app")

BASE = ["sipstack/base"]
MESSAGE = ["sipstack/message"] + BASE
TRANSPORT = ["sipstack/transport"] + MESSAGE
SIP = ["sipstack/transaction", "sipstack/auth", "sipstack/locate"] + TRANSPORT
ROWS = ["proxy/core/record", "proxy/core/settings"]
SIBLINGS = ["proxy/core/" + name for name in (
    "admission", "registrar", "routing", "call", "wake", "push", "late_call", "trunk", "story")]
ENGINE = ["proxy/core/engine", "proxy/core/view"] + ROWS + BASE
RUNTIME = ["proxy/runtime/" + name for name in ("loop", "store", "push", "resolve", "tls", "capture", "log")]

# layer -> what its files may include, besides each other. Nothing else is allowed.
ARROWS = {
    "sipstack/base": [],
    "sipstack/message": BASE,
    "sipstack/transport": MESSAGE,
    "sipstack/transaction": TRANSPORT,
    "sipstack/auth": MESSAGE,
    "sipstack/locate": TRANSPORT,
    "sipstack/net": TRANSPORT,
    "proxy/core/record": BASE,
    "proxy/core/settings": ["sipstack/transaction"] + TRANSPORT,
    **{sibling: ROWS + SIP for sibling in SIBLINGS},
    "proxy/core/view": ["proxy/core/record"] + BASE,
    "proxy/core/engine": SIBLINGS + ["proxy/core/view"] + ROWS + SIP,
    "proxy/config": ["proxy/core/settings", "proxy/core/push"] + TRANSPORT,
    "proxy/runtime/log": ENGINE,
    "proxy/runtime/store": ROWS + TRANSPORT,
    "proxy/runtime/push": ["sipstack/net", "sipstack/auth", "proxy/core/push"] + ENGINE + TRANSPORT,
    "proxy/runtime/resolve": ENGINE + ["sipstack/locate", "sipstack/net"] + TRANSPORT,
    "proxy/runtime/tls": ["proxy/runtime/log", "proxy/core/settings", "sipstack/net"] + TRANSPORT,
    "proxy/runtime/capture": ["proxy/runtime/log", "proxy/runtime/resolve", "sipstack/locate", "sipstack/net"] + ENGINE + TRANSPORT,
    "proxy/runtime/loop": RUNTIME + ENGINE + ["sipstack/net"] + SIP,
    "proxy/runtime/control": ["proxy/runtime/loop"] + ENGINE,
    "web/ui": [],
    "web/api": ["web/ui", "proxy/core/view", "proxy/core/record"] + BASE,
    "web/server": ["web/api", "proxy/core/story"] + RUNTIME + ENGINE + SIP,
    # `sipwake demo --provider` shows the push services that tests are made with.
    "tests/support/push": ["proxy/runtime/push"],
    "app/demo": ["tests/support/push", "proxy/core/story"] + RUNTIME + ENGINE + ["sipstack/net"] + SIP,
    "app/recipe": [],
    "app/probe": ["proxy/runtime/tls", "sipstack/net", "proxy/core/settings"] + SIP,
    "app/cli": ["app/demo", "app/recipe", "app/probe", "web/api", "web/server", "proxy/config", "proxy/runtime/control"] + RUNTIME + ENGINE + SIP,
    "app": ["app/cli"],
}

# Below the line: no socket, clock, thread, file or randomness, so that every run can be replayed.
PURE = [layer for layer in ARROWS
        if layer == "web/api" or layer.startswith(("sipstack/", "proxy/core/")) and layer != "sipstack/net"]

OUTSIDE_HEADER = re.compile(
    r"#\s*include\s*<(boost/asio|boost/beast|sqlite3|openssl/(rand|ssl|bio)|sys/|netinet/|unistd|fcntl|signal"
    r"|pthread|thread|mutex|shared_mutex|condition_variable|future|semaphore|random|iostream|fstream|filesystem)")
OUTSIDE_CALL = re.compile(
    r"\b(system_clock|steady_clock|high_resolution_clock)::now\b"
    r"|(?<![\w.>:])(std::|::)?(time|rand|random|getenv|fopen|printf|puts|gettimeofday|clock_gettime|RAND_bytes)\s*\(")
INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]')


def layer_of(path):
    """The folder of the path when it is a layer. Files of a layer lie directly in it."""
    folder = path.rpartition("/")[0]
    return folder if folder in ARROWS else None


def code_of(line):
    """The line without string literals and its // comment."""
    return re.sub(r'"(\\.|[^"\\])*"', '""', line).split("//")[0]


def include_fault(root, layer, bracket, target):
    """What is wrong with one include, or nothing."""
    own = (root / target).is_file() or target.startswith(tuple(floor + "/" for floor in FLOORS))
    if bracket == "<":
        return f"own header in angle brackets: {target}" if own else None
    if not own:
        return f"not a path from the root: {target}"
    there = layer_of(target)
    if there is None:
        return f"{layer} includes what is no layer: {target}"
    if there != layer and there not in ARROWS[layer]:
        return f"{layer} must not know {there}"
    return None


def file_faults(root, name, layer):
    for number, line in enumerate((root / name).read_text(encoding="utf-8").splitlines(), 1):
        if found := INCLUDE.match(line):
            if fault := include_fault(root, layer, found[1], found[2]):
                yield f"{name}:{number}: {fault}"
        if layer in PURE and (OUTSIDE_HEADER.search(line) or OUTSIDE_CALL.search(code_of(line))):
            yield f"{name}:{number}: {layer} is pure and must not touch the outside: {line.strip()}"


def faults(root):
    for floor in FLOORS:
        for file in sorted((root / floor).rglob("*")):
            if file.suffix not in (".cpp", ".hpp", ".h", ".c", ".cc"):
                continue
            name = file.relative_to(root).as_posix()
            layer = layer_of(name)
            if layer is None:
                yield f"{name}: its folder is no layer; list it with its arrows in tools/check_layers.py"
            else:
                yield from file_faults(root, name, layer)


def main(arguments):
    root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parent.parent
    if not any((root / floor).is_dir() for floor in FLOORS):
        print(f"{root}: none of {', '.join(FLOORS)} is here", file=sys.stderr)
        return 2
    found = list(faults(root))
    print("\n".join(found) if found else "layers: every include goes along an allowed arrow")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
