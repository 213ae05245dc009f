"""Strangers at the door: wrong passwords, the ban that follows, and a flood.

Every address of 127.0.0.0/8 is on this machine, so each guest here has one of its own.
"""
import json
import os
import re
import socket
import subprocess
import unittest
import urllib.error
import urllib.request

from support import DOMAIN, LIMIT, PASSWORD, SANITIZED, Server, digest

LOAD = os.environ.get("SIPWAKE_LOAD", "build/release/bench/sipwake-load")
FULL = os.environ.get("SIPWAKE_FLOOD") == "full"


class Guest:
    """A UDP socket at an address of its own that registers with one password or another."""

    def __init__(self, server, address):
        self.server = server
        self.address = address
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.port = self.socket.getsockname()[1]
        self.number = 0

    def ask(self, method, user, authorization="", limit=LIMIT):
        """The answer, or nothing when none comes within `limit`."""
        self.number += 1
        self.socket.settimeout(limit)
        uri = f"sip:{DOMAIN}"
        self.socket.sendto(
            (f"{method} {uri} SIP/2.0\r\n"
             f"Via: SIP/2.0/UDP {self.address}:{self.port};rport;branch=z9hG4bKg{self.port}-{self.number}\r\n"
             f"Max-Forwards: 70\r\nFrom: <sip:{user}@{DOMAIN}>;tag=g{self.number}\r\nTo: <sip:{user}@{DOMAIN}>\r\n"
             f"Call-ID: g{self.port}-{self.number}\r\nCSeq: {self.number} {method}\r\n"
             f"Contact: <sip:{user}@{self.address}:{self.port}>\r\n{authorization}Content-Length: 0\r\n\r\n").encode(),
            ("127.0.0.1", self.server.udp))
        try:
            return self.socket.recv(65536).decode()
        except (TimeoutError, BlockingIOError):
            return None

    def register(self, user, password, limit=LIMIT):
        """The status of a REGISTER with this password, or nothing when nobody answers."""
        challenged = self.ask("REGISTER", user, limit=limit)
        if challenged is None:
            return None
        challenge = re.search(r"WWW-Authenticate: (.*)", challenged).group(1)
        value = digest(challenge, user, password, "REGISTER", f"sip:{DOMAIN}")
        answer = self.ask("REGISTER", user, f"Authorization: {value}\r\n", limit)
        return answer and int(answer.split()[1])

    def close(self):
        self.socket.close()


class Strangers(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.server.add_users("alice", "bob")

    def guest(self, address):
        guest = Guest(self.server, address)
        self.addCleanup(guest.close)
        return guest

    def guess(self, guest, times):
        """So many wrong passwords; returns how many of them were answered before the ban."""
        answered = 0
        while answered < times and not self.server.log.count("ban.set"):
            status = guest.register("alice", f"guess-{answered}", limit=3)
            if status is None:
                break
            self.assertEqual(status, 401)
            answered += 1
        for _ in range(answered, times):
            guest.ask("REGISTER", "alice", limit=0)
        self.assertIsNone(guest.ask("REGISTER", "alice", limit=0.5), "nothing of that was answered")
        return answered

    def bans(self):
        return self.server.api("GET", "/api/v1/bans")["items"]

    def test_200_wrong_passwords_from_one_address_are_banned_listed_and_lifted(self):
        mallory = self.guest("127.0.0.5")
        phone = self.guest("127.0.0.5")
        self.assertEqual(phone.register("bob", PASSWORD), 200)
        self.assertEqual(self.guess(mallory, 200), 20)
        self.server.log.wait("ban.set", "address=127.0.0.5")
        self.assertEqual(self.server.log.count("ban.set"), 1)
        (ban,) = self.bans()
        self.assertEqual((ban["address"], ban["reason"], ban["count"]), ("127.0.0.5", "wrong passwords", 1))
        self.assertIn("127.0.0.5", self.server.command("ban", "list"))
        self.assertEqual(phone.register("bob", PASSWORD), 200, "who had registered before is heard all the same")
        self.assertEqual(self.guest("127.0.0.6").register("alice", PASSWORD), 200, "other addresses are not concerned")
        self.assertEqual(self.server.command("ban", "lift", "127.0.0.5"), "lifted 127.0.0.5\n")
        self.assertEqual(self.bans(), [])
        self.assertEqual(mallory.register("alice", PASSWORD), 200)

    def test_a_ban_holds_after_kill_9(self):
        mallory = self.guest("127.0.0.5")
        self.guess(mallory, 30)
        (ban,) = self.bans()
        self.server.kill()
        self.server.start()
        self.assertEqual(self.bans(), [ban])
        self.assertIsNone(self.guest("127.0.0.5").ask("OPTIONS", "alice", limit=0.5))
        self.assertIsNotNone(self.guest("127.0.0.6").ask("OPTIONS", "alice"))

    def test_an_owner_bans_and_lifts_over_http(self):
        made = self.server.api("POST", "/api/v1/bans", {"address": "127.0.0.5", "reason": "noise", "duration_s": 3600})
        self.assertEqual((made["address"], made["reason"]), ("127.0.0.5", "noise"))
        self.assertEqual(self.server.api("GET", f"/api/v1/bans/{made['id']}"), made)
        self.assertIsNone(self.guest("127.0.0.5").ask("OPTIONS", "alice", limit=0.5))
        self.server.api("DELETE", f"/api/v1/bans/{made['id']}")
        self.assertIsNotNone(self.guest("127.0.0.5").ask("OPTIONS", "alice"))
        with self.assertRaises(urllib.error.HTTPError) as gone:
            self.server.api("DELETE", "/api/v1/bans/127.0.0.5")
        self.assertEqual(gone.exception.code, 404)

    def test_who_watches_hears_of_bans_that_are_set_and_lifted(self):
        request = urllib.request.Request(self.server.http + "/api/v1/events",
                                         headers={"Authorization": f"Bearer {self.server.token}"})
        with urllib.request.urlopen(request, timeout=LIMIT) as stream:
            lines = (line.decode().rstrip("\n") for line in stream)
            self.assertIn("event: hello", lines)
            made = self.server.api("POST", "/api/v1/bans", {"address": "127.0.0.5"})
            self.assertIn("event: ban", lines)
            self.assertIn('"event":"ban.set"', next(lines))
            self.server.api("DELETE", f"/api/v1/bans/{made['id']}")
            self.assertIn("event: ban", lines)
            self.assertIn('"event":"ban.lifted"', next(lines))

    def test_an_unknown_user_is_answered_as_a_wrong_password_is(self):
        def shape(answer):
            """The answer without what differs from request to request."""
            answer = re.sub(r"(127\.0\.0\.7):\d+", r"\1", answer)
            return re.sub(r'(tag|branch|nonce|rport|Call-ID|CSeq)(=|: )"?[^\s",;>]+', r"\1", answer)

        answers = []
        for user in ("alice", "nobod"):
            guest = self.guest("127.0.0.7")
            challenge = guest.ask("REGISTER", user)
            value = digest(re.search(r"WWW-Authenticate: (.*)", challenge).group(1), user, "guess", "REGISTER", f"sip:{DOMAIN}")
            wrong = guest.ask("REGISTER", user, f"Authorization: {value}\r\n")
            answers.append([shape(a).replace(user, "USER") for a in (challenge, wrong)]
                           + [len(challenge), len(wrong)])
            guest.close()
        self.assertEqual(answers[0], answers[1])


class Flood(unittest.TestCase):
    def test_a_flood_from_one_source_costs_another_one_no_answer(self):
        server = Server()
        self.addCleanup(server.close)
        rate, seconds = (50_000, 5) if FULL else (10_000, 1)
        done = subprocess.run(
            [LOAD, "flood", "--target", f"127.0.0.1:{server.udp}", "--domain", DOMAIN, "--pid", str(server.process.pid),
             "--caller-ip", "127.0.0.2", "--device-ip", "127.0.0.9", "--flood-rate", str(rate), "--flood-time",
             str(seconds), "--timeout", "3"], capture_output=True, text=True, timeout=LIMIT)
        result = json.loads(done.stdout)
        if FULL:
            print(json.dumps(result))
        self.assertEqual(result["failed"], 0, result)
        self.assertGreaterEqual(result["probes"], 80 * seconds, result)
        if not SANITIZED:  # they keep what was given back for a while
            self.assertLess(result["pss_kb_after"] - result["pss_kb_before"], 16 * 1024, result)


if __name__ == "__main__":
    unittest.main()
