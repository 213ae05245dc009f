#!/usr/bin/env python3
"""How smooth the status page stays beside many phones.

usage: SIPWAKE_BINARY=... SIPWAKE_LOAD=... bench/page.py [--phones N] [--rate N] [--seconds N]

Registers the phones, lets them refresh at a steady rate, which is as many events a second, and prints for each view the times
between frames in Chromium, in milliseconds. Needs what the browser tests need.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))

from support import DOMAIN, Server  # noqa: E402
from visitor import Visitor, fetch  # noqa: E402

LOAD = os.environ.get("SIPWAKE_LOAD", "build/release/bench/sipwake-load")
VIEWS = (("now", "Recent calls"), ("calls", "shown"), ("phones", "shown"), ("setup/users", "Add"))


class QuietServer(Server):
    def start(self):
        self.config.write_text(self.config.read_text().replace('"debug"', '"warn"'))
        super().start()


def load(server, mode, *args):
    return subprocess.Popen([LOAD, mode, "--target", f"127.0.0.1:{server.udp}", "--domain", DOMAIN, *map(str, args)],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--phones", type=int, default=5000)
    parser.add_argument("--rate", type=int, default=200, help="events a second")
    parser.add_argument("--seconds", type=int, default=10, help="how long each view is looked at")
    asked = parser.parse_args()
    server = QuietServer()
    visitor = Visitor(fetch(pathlib.Path(os.environ.get("SIPWAKE_VISITOR") or tempfile.mkdtemp(prefix="sipwake-visitor-"))))
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write(load(server, "users", "--users", asked.phones).communicate()[0])
            file.flush()
            server.command("user", "import", file.name)
        registered = json.loads(load(server, "reg", "--users", asked.phones).communicate()[0])
        print(f"registered: {registered.get('ok', registered)}")
        length = (asked.seconds + 6) * len(VIEWS) + 10
        phones = load(server, "refresh", "--users", asked.phones, "--rate", asked.rate, "--count", asked.rate * length)
        visitor.open(url=server.http + "/")
        visitor.fill(label="Password", value=server.out.wait("Password:  ").split()[1])
        visitor.click(name="Log in")
        for view, sign in VIEWS:
            visitor.go(to=view)
            visitor.see(text=sign)
            print(f"{view}: {visitor.frames(seconds=asked.seconds)}")
        phones.terminate()
        phones.wait()
    finally:
        visitor.close()
        server.close()


if __name__ == "__main__":
    main()
