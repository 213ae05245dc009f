#!/usr/bin/env python3
"""Proves that tools/check_layers.py finds what it is there to find, each on a small tree of its own."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECKER = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_layers.py"


class CheckLayers(unittest.TestCase):
    def check(self, files):
        """Exit code and output for a tree of these files (path -> text)."""
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                file = pathlib.Path(folder) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            run = subprocess.run([sys.executable, CHECKER, folder], capture_output=True, text=True, check=False)
            return run.returncode, run.stdout

    def refused(self, path, text, fault):
        code, output = self.check({
            "sipstack/base/time.hpp": "#pragma once\n",
            "proxy/core/engine/engine.hpp": "#pragma once\n",
            "proxy/core/wake/leg.hpp": "#pragma once\n",
            path: text})
        self.assertEqual(output, f"{path}{fault}\n")
        self.assertEqual(code, 1)

    def test_a_downward_include_passes(self):
        code, output = self.check({
            "sipstack/base/time.hpp": "#pragma once\n#include <chrono>\n",
            "proxy/core/wake/leg.cpp": '#include "sipstack/base/time.hpp"\n'})
        self.assertEqual((code, output), (0, "layers: every include goes along an allowed arrow\n"))

    def test_an_upward_include_fails(self):
        self.refused("sipstack/message/via.cpp", '\n#include "proxy/core/engine/engine.hpp"\n',
                     ":2: sipstack/message must not know proxy/core/engine")

    def test_an_include_of_a_sibling_fails(self):
        self.refused("proxy/core/call/call.cpp", '#include "proxy/core/wake/leg.hpp"\n',
                     ":1: proxy/core/call must not know proxy/core/wake")

    def test_an_upward_include_fails_also_when_its_header_is_not_there(self):
        self.refused("sipstack/base/x.hpp", '#include "sipstack/message/uri.hpp"\n',
                     ":1: sipstack/base must not know sipstack/message")

    def test_a_file_in_no_listed_folder_fails(self):
        self.refused("proxy/core/other/x.cpp", "\n",
                     ": its folder is no layer; list it with its arrows in tools/check_layers.py")

    def test_a_file_in_a_folder_below_a_layer_fails(self):
        self.refused("sipstack/base/deeper/x.hpp", "\n",
                     ": its folder is no layer; list it with its arrows in tools/check_layers.py")

    def test_an_own_header_in_angle_brackets_fails(self):
        self.refused("proxy/core/wake/leg.cpp", "#include <sipstack/base/time.hpp>\n",
                     ":1: own header in angle brackets: sipstack/base/time.hpp")

    def test_an_own_header_without_its_path_fails(self):
        self.refused("proxy/core/wake/leg.cpp", '#include "leg.hpp"\n', ":1: not a path from the root: leg.hpp")

    def test_a_pure_layer_that_includes_the_outside_fails(self):
        for header in ("thread", "mutex", "random", "fstream", "sqlite3.h", "boost/asio.hpp", "sys/socket.h"):
            with self.subTest(header=header):
                self.refused("proxy/core/wake/x.cpp", f"#include <{header}>\n",
                             ":1: proxy/core/wake is pure and must not touch the outside: "
                             f"#include <{header}>")

    def test_a_pure_layer_that_asks_for_the_time_fails(self):
        for call in ("std::chrono::steady_clock::now();", "time(nullptr);", "::time(nullptr);", "std::getenv(name);"):
            with self.subTest(call=call):
                self.refused("sipstack/base/x.cpp", call + "\n",
                             f":1: sipstack/base is pure and must not touch the outside: {call}")

    def test_words_that_only_look_like_the_outside_pass(self):
        code, output = self.check({"sipstack/base/x.cpp": "entry.time(); // no time() here\n"
                                                          "wake_time(now); log(\"time()\"); clock.time(2);\n"})
        self.assertEqual(code, 0, output)

    def test_the_shell_may_touch_the_outside(self):
        code, output = self.check({"proxy/runtime/store/x.cpp": "#include <thread>\n#include <sqlite3.h>\n"})
        self.assertEqual(code, 0, output)

    def test_a_folder_without_the_project_is_no_success(self):
        code, _ = self.check({"readme.txt": ""})
        self.assertEqual(code, 2)


if __name__ == "__main__":
    unittest.main()
