"""Hostile peers against the running server: what is forged or replayed goes nowhere, and odd bytes hurt nobody.

`SIPWAKE_ODD=full` sends more odd bytes (make hostile).
"""
import json
import os
import pathlib
import random
import re
import resource
import select
import socket
import time
import unittest

from support import DOMAIN, LIMIT, PASSWORD, SANITIZED, EndToEnd, digest
from tls import UdpPhone, WebPhone, frame, response_to

ODD = 5_000 if os.environ.get("SIPWAKE_ODD") == "full" else 300


class Hostile(EndToEnd):
    def setUp(self):
        super().setUp()
        self.third = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.third.close)
        self.third.bind(("127.0.0.1", 0))
        self.elsewhere = "127.0.0.1:%d" % self.third.getsockname()[1]

    def phone(self, user=None):
        phone = UdpPhone(self.server.udp)
        self.addCleanup(phone.close)
        if user:
            self.assertIn("SIP/2.0 200", phone.register(user))
        return phone

    def nothing_left(self, *quiet):
        """The server has answered all before; nobody has heard of it."""
        self.assertIn("SIP/2.0 200", self.phone().options())
        heard, _, _ = select.select([self.third, *(phone.stream for phone in quiet)], [], [], 0.5)
        self.assertEqual([one.recv(65536) for one in heard], [])

    def status(self, phone):
        return int(phone.next().split()[1])


class Forged(Hostile):
    def test_a_forged_to_tag_and_a_preloaded_route_to_a_third_host_go_nowhere(self):
        bob, mallory = self.phone("bob"), self.phone()
        routes = (f"<sip:{self.elsewhere};lr>", f"<sip:{self.elsewhere}>",
                  f"<sip:127.0.0.1:{self.server.udp};lr>, <sip:{self.elsewhere};lr>",
                  f"<sip:127.0.0.1:{self.server.udp};lr;wk=forged>, <sip:{self.elsewhere};lr>")
        for route in routes:
            for uri in (f"sip:bob@{DOMAIN}", f"sip:victim@{self.elsewhere}", f"sip:127.0.0.1:{self.server.udp}"):
                for method in ("INVITE", "BYE", "MESSAGE"):
                    mallory.write(method, uri, "alice", f"Route: {route}\r\n", to_tag="forged")
                    self.assertEqual(self.status(mallory), 481, (route, uri, method))
                mallory.write("ACK", uri, "alice", f"Route: {route}\r\n", to_tag="forged")
        self.nothing_left(bob, mallory)

    def test_a_stray_response_goes_nowhere(self):
        bob, mallory = self.phone("bob"), self.phone()
        for status in (100, 183, 200, 302, 401, 407, 487, 503, 699):
            for method in ("INVITE", "CANCEL", "MESSAGE", "REGISTER"):
                for branch in ("", ";branch=z9hG4bK", ";branch=z9hG4bK001.0000000000000000"):
                    mallory.send(
                        f"SIP/2.0 {status} Stray\r\nVia: SIP/2.0/UDP 127.0.0.1:{self.server.udp}{branch}\r\n"
                        f"Via: SIP/2.0/UDP {self.elsewhere};branch=z9hG4bKthird\r\nFrom: <sip:a@{DOMAIN}>;tag=a\r\n"
                        f"To: <sip:bob@{DOMAIN}>;tag=b\r\nCall-ID: stray\r\nCSeq: 1 {method}\r\n"
                        f"Contact: <sip:{self.elsewhere}>\r\nContent-Length: 0\r\n\r\n")
        self.nothing_left(bob, mallory)

    def test_a_record_route_of_another_call_and_a_changed_one_go_nowhere(self):
        bob, alice, mallory = self.phone("bob"), self.phone(), self.phone()
        alice.ask_with_digest("INVITE", f"sip:bob@{DOMAIN}", "alice", f"Contact: <sip:alice@{alice.host}>\r\n")
        invite = bob.next()
        bob.send(response_to(invite, tag="bob").replace("Content-Length", f"Contact: <sip:bob@{bob.host}>\r\nContent-Length"))
        while not (answer := alice.next()).startswith("SIP/2.0 200"):
            self.assertTrue(answer.startswith("SIP/2.0 1"), answer)
        routes = re.findall(r"(?m)^Record-Route: (.*)\r", answer)
        own = f"Route: {', '.join(reversed(routes))}\r\n"
        alice.write("ACK", f"sip:bob@{bob.host}", "alice", own, to_tag="bob")
        self.assertTrue(bob.next().startswith("ACK"), "the cookie is good in its own call")

        mallory.write("BYE", f"sip:bob@{bob.host}", "alice", own, to_tag="bob")
        self.assertEqual(self.status(mallory), 481, "another Call-ID")
        mallory.write("INVITE", f"sip:{self.elsewhere}", "alice", own, to_tag="bob")
        self.assertEqual(self.status(mallory), 481, "another Call-ID, to a third host")
        begin, end = re.search(r"sip:([^@]+)@", own).span(1)
        for at in range(begin, end, 3):
            changed = own[:at] + ("0" if own[at] != "0" else "1") + own[at + 1:]
            alice.write("INFO", f"sip:{self.elsewhere}", "alice", changed, to_tag="bob")
            self.assertEqual(self.status(alice), 481, changed)
        self.nothing_left(bob, alice, mallory)
        alice.write("INFO", f"sip:{self.elsewhere}", "alice", own, to_tag="bob")
        self.assertTrue(bob.next().startswith("INFO"), "the good one leads to its own other end alone")
        self.nothing_left(alice, mallory)


class Guessed(Hostile):
    def test_a_replayed_authorization_is_refused(self):
        bob, eve = self.phone(), self.phone()
        uri = f"sip:{DOMAIN}"
        challenge = re.search(r"WWW-Authenticate: (.*)", bob.request("REGISTER", uri, "bob")).group(1)
        seen = f"Authorization: {digest(challenge, 'bob', PASSWORD, 'REGISTER', uri)}\r\n"
        contact = lambda phone: f"Contact: <sip:bob@{phone.host}>\r\n"
        self.assertIn("SIP/2.0 200", bob.request("REGISTER", uri, "bob", seen + contact(bob)))
        for replayer in (eve, bob):
            answer = replayer.request("REGISTER", uri, "bob", seen + contact(eve))
            self.assertIn("SIP/2.0 401", answer)
            self.assertIn("stale=true", answer, "a phone whose answer was lost may answer anew")
        (one,) = self.server.api("GET", "/api/v1/registrations")["items"]
        self.assertIn(bob.host, one["contact"])

    def test_a_digest_of_another_request_is_refused(self):
        bob, eve = self.phone("bob"), self.phone()
        uri, other = f"sip:bob@{DOMAIN}", f"sip:carol@{DOMAIN}"
        challenge = re.search(r"Proxy-Authenticate: (.*)", eve.request("MESSAGE", uri, "alice")).group(1)
        for_other = digest(challenge, "alice", PASSWORD, "MESSAGE", other)
        answer = eve.request("MESSAGE", uri, "alice", f"Proxy-Authorization: {for_other}\r\n")
        self.assertIn("SIP/2.0 400", answer, "its uri is that of another request")
        answer = eve.request("MESSAGE", uri, "alice", f"Proxy-Authorization: {for_other.replace(other, uri)}\r\n")
        self.assertIn("SIP/2.0 407", answer, "a uri put in its place does not fit the digest")
        self.nothing_left(bob, eve)


@unittest.skipIf(SANITIZED, "UBSan asks a pipe whether memory can be read, and there is none left")
class Descriptors(EndToEnd):
    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_without_a_descriptor_left_nothing_spins_and_who_is_there_is_served(self):
        phone = UdpPhone(self.server.udp)
        self.addCleanup(phone.close)
        folder = f"/proc/{self.server.process.pid}/fd"
        resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE, (len(os.listdir(folder)) + 4,) * 2)
        ports = (self.server.tcp, int(self.server.http.rsplit(":", 1)[1]))
        before = self.cpu()
        waiting = [socket.create_connection(("127.0.0.1", port), timeout=LIMIT) for port in ports * 20]
        self.server.log.wait("http.accept_failed")
        began = time.monotonic()
        while time.monotonic() - began < 2:
            self.assertIn("SIP/2.0 200", phone.options())
            select.select([], [], [], 0.02)
        self.assertLess(self.cpu() - before, 0.5, "seconds of CPU time in two seconds")
        for stream in waiting:
            stream.close()
        with socket.create_connection(("127.0.0.1", self.server.tcp), timeout=LIMIT) as stream:
            stream.sendall(b"\r\n\r\n")
            self.assertEqual(stream.recv(2), b"\r\n", "and then others are let in again")


class OddBytes(EndToEnd):
    """Beast's parsers and ours, fed what no client would send. The seed is fixed, so a find comes again."""

    config = '[[listen]]\ntransport = "ws"\naddress = "127.0.0.1:0"\n[abuse]\nexempt = ["127.0.0.0/8"]\n'

    def setUp(self):
        super().setUp()
        self.dice = random.Random(1)
        self.ws = int(self.server.out.wait("sip   ws ").rsplit(":", 1)[1])

    def drain(self, port, data):
        """Sends and reads to the end, or until nothing more comes; what came."""
        got = b""
        with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as stream:
            try:
                stream.sendall(data)
                stream.shutdown(socket.SHUT_WR)
                while some := stream.recv(65536):
                    got += some
            except ConnectionError:
                pass
        return got

    def damaged(self, data):
        """The bytes with up to four of them flipped, taken away, put in twice, or filled with noise."""
        data = bytearray(data)
        for _ in range(self.dice.randint(1, 4)):
            at = self.dice.randrange(len(data) + 1)
            kind = self.dice.randrange(4)
            if kind == 0 and at < len(data):
                data[at] ^= 1 << self.dice.randrange(8)
            elif kind == 1:
                del data[at:at + self.dice.randint(1, 8)]
            elif kind == 2:
                data[at:at] = data[at:at + self.dice.randint(1, 64)]
            else:
                data[at:at] = self.dice.randbytes(self.dice.randint(1, 8))
        return bytes(data)

    def lives(self):
        self.assertEqual(self.server.api("GET", "/api/v1/status")["counts"]["users"], 3)
        self.assertIsNone(self.server.process.poll())

    def test_odd_http_requests_get_an_error_or_the_end_and_hurt_nobody(self):
        port = int(self.server.http.rsplit(":", 1)[1])
        auth = f"Host: x\r\nAuthorization: Bearer {self.server.token}\r\n".encode()
        body = json.dumps({"aor": f"dave@{DOMAIN}", "password": "p"}).encode()
        odd = {
            "two lengths": b"POST /api/v1/users HTTP/1.1\r\n" + auth + b"Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}",
            "length and chunks": b"POST /api/v1/users HTTP/1.1\r\n" + auth
                                 + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "a length below zero": b"POST /api/v1/users HTTP/1.1\r\n" + auth + b"Content-Length: -1\r\n\r\n{}",
            "a length beyond 64 bits": b"POST /api/v1/users HTTP/1.1\r\n" + auth + b"Content-Length: 18446744073709551617\r\n\r\n{}",
            "a chunk of 2^64": b"POST /api/v1/users HTTP/1.1\r\n" + auth
                               + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx\r\n",
            "a blank before the colon": b"GET /api/v1/users HTTP/1.1\r\nHost : x\r\n\r\n",
            "a zero in the target": b"GET /api/v1/\0users HTTP/1.1\r\n" + auth + b"\r\n",
            "a way up": b"GET /../../etc/passwd HTTP/1.1\r\n" + auth + b"\r\n",
            "escapes cut short": b"GET /api/v1/users/%4 HTTP/1.1\r\n" + auth + b"\r\n",
            "a header without end": b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000_000,
            "100,000 headers": b"GET / HTTP/1.1\r\n" + b"a:b\r\n" * 100_000 + b"\r\n",
            "another protocol": b"OPTIONS sip:x SIP/2.0\r\n\r\n",
            "another version": b"GET / HTTP/9.9\r\n\r\n",
            "deep JSON": b"POST /api/v1/users HTTP/1.1\r\n" + auth
                         + b"Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n" + b"[" * 60_000,
            "an upgrade": b"GET /api/v1/users HTTP/1.1\r\n" + auth + b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        }
        for name, data in odd.items():
            with self.subTest(name):
                answer = self.drain(port, data)
                if name not in ("an upgrade", "escapes cut short"):
                    self.assertRegex(answer[:12], rb"^(HTTP/1.[01] [45]|$)")
                self.lives()
        sound = (b"POST /api/v1/users HTTP/1.1\r\n" + auth.replace(self.server.token.encode(), b"none")
                 + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        for _ in range(ODD):
            self.drain(port, self.damaged(sound))
        self.lives()

    def test_odd_websocket_frames_end_their_connection_and_hurt_nobody(self):
        other = WebPhone(self.ws)
        self.addCleanup(other.close)
        self.assertIn("SIP/2.0 200", other.options())
        options = (f"OPTIONS sip:{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKodd\r\nMax-Forwards: 70\r\n"
                   f"From: <sip:a@{DOMAIN}>;tag=a\r\nTo: <sip:{DOMAIN}>\r\nCall-ID: odd\r\nCSeq: 1 OPTIONS\r\n"
                   "Content-Length: 0\r\n\r\n").encode()
        greeting = (b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n")
        sound = frame(1, options) + frame(9, b"ping") + frame(1, options[:40], final=False) + frame(0, options[40:])
        self.assertEqual(self.drain(self.ws, greeting + sound).count(b"SIP/2.0 200"), 2)
        for number in range(ODD):
            whole = number % 4 == 0
            self.drain(self.ws, self.damaged(greeting + sound) if whole else greeting + self.damaged(sound))
        self.assertIn("SIP/2.0 200", other.options())
        self.lives()


if __name__ == "__main__":
    unittest.main(verbosity=2)
