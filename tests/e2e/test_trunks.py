"""A provider as a trunk: registered there with a password, a number rewritten, the first target dead and the second answering."""
import re
import socket
import threading
import unittest

from http_client import Client
from support import DOMAIN, LIMIT, EndToEnd
from tls import UdpPhone

PROVIDER = "127.0.0.2"  # not where the phones are: calls from there are the trunk's
CHALLENGE = 'WWW-Authenticate: Digest realm="provider", nonce="n1", algorithm=MD5, qop="auth"\r\n'


class Provider:
    """Answers REGISTER and INVITE once they carry credentials, and keeps what it got."""

    expires = 60  # of the registrations it takes

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((PROVIDER, 0))
        self.port = self.socket.getsockname()[1]
        self.seen, self.news = [], threading.Condition()
        self.alive = True
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            while True:
                self.hear(*self.socket.recvfrom(65536))
        except OSError:  # it was closed
            return

    def hear(self, text, peer):
        text = text.decode()
        with self.news:
            self.seen.append(text)
            self.news.notify_all()
        method = text.split(" ", 1)[0]
        if method == "ACK":
            return
        open_door = method == "BYE" or "Authorization: Digest" in text
        status = "503 Out Of Order" if not self.alive else "200 OK" if open_door else "401 Unauthorized"
        kept = [line for line in text.split("\r\n\r\n")[0].split("\r\n")[1:]
                if re.match(r"(?i)(via|from|call-id|cseq|record-route|to):", line)]
        kept = [line + ";tag=provider" if line.lower().startswith("to:") and "tag=" not in line else line for line in kept]
        extra = "" if open_door else CHALLENGE
        self.socket.sendto(("SIP/2.0 %s\r\n%s\r\n%sContact: <sip:provider@%s:%d>\r\nExpires: %d\r\nContent-Length: 0\r\n\r\n"
                            % (status, "\r\n".join(kept), extra, PROVIDER, self.port, self.expires)).encode(), peer)

    def wait(self, what):
        with self.news:
            self.news.wait_for(lambda: any(re.search(what, text) for text in self.seen), LIMIT)
            return next(text for text in self.seen if re.search(what, text))

    def close(self):
        self.socket.close()


class AtAProvider(EndToEnd):
    def setUp(self):
        super().setUp()
        self.client = Client(self.server.http, self.server.token)
        self.provider = Provider()
        self.addCleanup(self.provider.close)

    def made(self, path, body):
        answer = self.client.ask("POST", path, body)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def dead_port(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind((PROVIDER, 0))
            return udp.getsockname()[1]

    def test_a_call_leaves_by_the_second_target_with_its_number_rewritten(self):
        self.made("/api/v1/trunks", {"name": "provider", "domain": "provider.example", "username": "me", "password": "secret",
                                     "targets": [f"{PROVIDER}:{self.dead_port()};priority=1",
                                                 f"{PROVIDER}:{self.provider.port};priority=2"]})
        self.made("/api/v1/routes", {"name": "out", "callee": "_0X.", "strip": 1, "prepend": "+49", "trunk": "provider"})
        alice = UdpPhone(self.server.udp)
        self.addCleanup(alice.close)
        alice.ask_with_digest("INVITE", f"sip:0301234@{DOMAIN}", "alice", f"Contact: <sip:alice@{alice.host}>\r\n")
        invite = self.provider.wait(r"\AINVITE [\s\S]*Authorization: Digest username=\"me\"")
        self.assertTrue(invite.startswith("INVITE sip:+49301234@provider.example SIP/2.0\r\n"), invite)
        self.assertIn(f"P-Asserted-Identity: <sip:alice@{DOMAIN}>", invite)

    def test_a_registration_that_is_refused_is_tried_until_it_is_made(self):
        self.provider.alive = False
        self.made("/api/v1/trunks", {"name": "provider", "username": "me", "password": "secret", "register": True,
                                     "targets": [f"{PROVIDER}:{self.provider.port}"]})
        self.server.log.wait("trunk.registration_failed")
        self.provider.alive = True
        self.server.log.wait("trunk.registered")


if __name__ == "__main__":
    unittest.main()
