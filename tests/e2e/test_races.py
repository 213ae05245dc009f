"""Races on real sockets: phones that come while their caller gives up, all at one instant, or after kill -9.

sipwake-load (bench/load) plays callers, phones and the webhook and judges every call; here it meets the real program. Small
counts by default; `make races` plays the full ones and prints what they took.
"""
import json
import os
import subprocess
import threading
import unittest

from support import DOMAIN, LIMIT, Server

LOAD = os.environ.get("SIPWAKE_LOAD", "build/release/bench/sipwake-load")
FULL = os.environ.get("SIPWAKE_RACES") == "full"


class QuietServer(Server):
    """A server that logs little, and that keeps its SIP port when it is started again."""

    def start(self):
        text = self.config.read_text().replace('"debug"', '"warn"')
        if hasattr(self, "udp"):
            text = text.replace('"127.0.0.1:0"', f'"127.0.0.1:{self.udp}"', 1)  # udp is the first listener
        self.config.write_text(text)
        super().start()


class Load:
    """A sipwake-load that has its webhook already and waits to hear where the server is."""

    def __init__(self, mode, *args):
        self.mode = mode
        self.args = [str(arg) for arg in args]
        self.process = subprocess.Popen([LOAD, mode, "--target", "-", "--domain", DOMAIN, *self.args], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.url = json.loads(self.process.stdout.readline())["webhook"]

    def play(self, server, limit):
        where = {"target": f"127.0.0.1:{server.udp}", "pid": server.process.pid,
                 "database": str(server.folder / "data" / "sipwake.db")}
        out, errors = self.process.communicate(json.dumps(where) + "\n", timeout=limit)
        if not out:
            raise AssertionError(f"sipwake-load ended with {self.process.returncode}: {errors}")
        return json.loads(out)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


class Races(unittest.TestCase):
    figures = {}

    def play(self, name, mode, small, full, *args, beside=None):
        """One mode against a fresh server; every call must have been judged as right."""
        count = full if FULL else small
        load = Load(mode, "--users", count, *args)
        self.addCleanup(load.close)
        server = QuietServer(load, '[abuse]\nexempt = ["127.0.0.0/8"]\n[registrar]\nmin_expires = "1s"\n')
        self.addCleanup(server.close)
        users = server.folder / "users.csv"
        with users.open("w") as file:
            subprocess.run([LOAD, "users", "--users", str(count), "--domain", DOMAIN], check=True, stdout=file)
        server.command("user", "import", str(users))
        helper = threading.Thread(target=beside or (lambda _: None), args=(server,))
        helper.start()
        result = load.play(server, 300)
        helper.join(LIMIT)
        self.figures[name] = result
        self.assertEqual(result["faults"], {}, result)
        self.assertEqual((result["count"], result["failed"]), (count, 0), result)
        return result

    def test_phones_that_come_late_at_one_instant_are_all_served_once(self):
        result = self.play("burst", "burst", 200, 1000, "--window", 50)
        self.assertEqual(result["outcomes"], {"late call": result["count"]})

    def test_phones_of_every_kind_that_come_late_at_one_instant_are_all_served_once(self):
        result = self.play("burst, bound phones too", "burst", 200, 1000, "--window", 50, "--asleep", "mixed")
        self.assertEqual(result["outcomes"], {"late call": result["count"]})

    def test_register_racing_cancel_brings_exactly_one_call(self):
        self.race("races", "--window", 16)

    def test_register_racing_cancel_on_a_busy_server_brings_exactly_one_call(self):
        self.race("races, busy", "--window", 200)

    def test_register_of_phones_that_were_bound_racing_cancel_brings_exactly_one_call(self):
        self.race("races, bound phones too", "--window", 200, "--asleep", "mixed")

    def race(self, name, *args):
        result = self.play(name, "races", 500, 10000, *args)
        self.assertEqual(sum(result["outcomes"].values()), result["count"])
        self.assertGreater(result["outcomes"]["late call"], 0)
        self.assertLess(result["outcomes"]["late call"], result["count"])  # the others got the real one

    def test_what_is_waited_for_one_call_at_a_time(self):
        self.play("delays", "delays", 100, 2000)

    def test_phones_of_calls_held_at_kill_9_get_one_late_call_each(self):
        result = self.play("kill -9", "crash", 200, 200, "--window", 50, beside=restart)
        self.assertEqual(result["asked_before_the_kill"], result["count"])
        self.assertEqual(result["outcomes"], {"late call": result["count"]})

    def test_phones_that_were_asked_before_a_kill_9_between_calls_get_one_late_call_each(self):
        result = self.play("kill -9 while calls arrive", "crash", 200, 200, "--window", 50, "--kill-at", 100,
                           beside=restart)
        self.assertGreaterEqual(result["outcomes"]["late call"], result["asked_before_the_kill"])

    @classmethod
    def tearDownClass(cls):
        if FULL:
            print_figures(cls.figures)


SINGLE = ("asked_before_the_kill", "down_ms", "register_first", "registers_sent_in_ms", "all_invited_after_ms",
          "all_cancelled_after_ms", "invites_repeated", "requests_resent")


def print_figures(figures):
    """What each run counted, and a line of percentiles for each thing that was timed."""
    for name, result in figures.items():
        print(f"\n{name}: {result['count']} calls, {result['failed']} faults")
        for outcome, count in result["outcomes"].items():
            print(f"  {outcome:44} {count:8}")
        for key in SINGLE:
            if key in result:
                print(f"  {key:44} {round(result[key], 1):8}")
        timed = [key.removesuffix("_p50_ms") for key in result if key.endswith("_p50_ms")]
        for key in timed:
            p50, p99, most = (result[f"{key}_{rank}_ms"] for rank in ("p50", "p99", "max"))
            print(f"  {key + ', ms':44} p50 {p50:8.3f}  p99 {p99:8.3f}  max {most:8.3f}")


def restart(server):
    """Starts the server again once somebody has killed it."""
    server.process.wait(timeout=LIMIT)
    server.start()


if __name__ == "__main__":
    unittest.main(verbosity=2)
