"""JsSIP in Chromium over secure WebSocket, called by a phone over UDP."""
import os
import pathlib
import re
import tempfile
import unittest

from browser import CHROMIUM, NPM, BrowserPhone, bundle
from support import DOMAIN, PASSWORD, EndToEnd
from tls import UdpPhone, response_to

# What a browser accepts: ICE, DTLS and an audio codec it knows. Nobody sends a packet of it.
OFFER = "".join(line + "\r\n" for line in (
    "v=0", "o=alice 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", "a=group:BUNDLE 0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=mid:0", "a=rtpmap:0 PCMU/8000", "a=sendrecv", "a=rtcp-mux",
    "a=ice-ufrag:alic", "a=ice-pwd:abcdefghijklmnopqrstuvwx", "a=setup:actpass",
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32)))


@unittest.skipUnless(CHROMIUM and NPM, "chromium or npm is not installed")
class Browser(EndToEnd):
    config = '[[listen]]\ntransport = "wss"\naddress = "127.0.0.1:0"\n'

    @classmethod
    def setUpClass(cls):
        kept = os.environ.get("SIPWAKE_PAGE")
        folder = tempfile.TemporaryDirectory(prefix="sipwake-page-")
        cls.addClassCleanup(folder.cleanup)
        cls.script = bundle(pathlib.Path(kept or folder.name))

    def setUp(self):
        super().setUp()
        port = int(self.server.out.wait("sip   wss ").rsplit(":", 1)[1])
        self.page = BrowserPhone(self.script, f"wss://127.0.0.1:{port}/", "bob", PASSWORD, DOMAIN,
                                 self.server.folder / "data/tls-self-signed.pem")
        self.addCleanup(self.page.close)
        self.registered = self.page.wait("registered")["response"]
        self.alice = UdpPhone(self.server.udp)
        self.addCleanup(self.alice.close)

    def call(self):
        self.alice.ask_with_digest(
            "INVITE", f"sip:bob@{DOMAIN}", "alice",
            f"Contact: <sip:alice@{self.alice.host}>\r\nContent-Type: application/sdp\r\n", OFFER)

    def answer(self, status):
        """The first answer that is not 100, or another one before it, to what alice asked."""
        while not (answer := self.alice.next()).startswith(f"SIP/2.0 {status}"):
            self.assertRegex(answer, "^SIP/2.0 1")
        return answer

    def acknowledge(self, ok):
        routes = [f"Route: {route}\r\n" for route in reversed(re.findall(r"(?m)^Record-Route: (.*)\r$", ok))]
        self.in_dialog = (re.search(r"(?m)^Contact:.*<(.*)>", ok).group(1), "alice", "".join(routes))
        self.to_tag = re.search(r"(?m)^To:.*;tag=(\S*)\r$", ok).group(1)
        self.alice.write("ACK", *self.in_dialog, to_tag=self.to_tag)

    def talk(self):
        self.call()
        self.assertEqual(self.page.wait("ringing")["originator"], "remote")
        self.answer(180)
        self.page.do("answer")
        ok = self.answer(200)
        self.assertIn("a=fingerprint", ok)
        self.page.wait("accepted")
        self.acknowledge(ok)
        self.page.wait("confirmed")

    def test_registers_with_its_flow_and_gruu(self):
        registration = self.server.api("GET", "/api/v1/registrations")["items"][0]
        self.assertEqual(registration["flow"].split(":")[0], "wss")
        self.assertIn(".invalid", registration["contact"])
        self.assertRegex(self.registered, r"(?m)^Require: outbound\r$")
        self.assertIn("pub-gruu=", self.registered)

    def test_is_called_answers_and_hangs_up(self):
        self.talk()
        self.page.do("hang_up")
        bye = self.alice.next()
        self.assertTrue(bye.startswith(f"BYE sip:alice@{self.alice.host} "), bye)
        self.assertEqual(re.findall(r"(?m)^Via: SIP/2.0/(\w+)", bye), ["UDP", "WSS"])
        self.alice.send(response_to(bye))
        self.assertEqual(self.page.wait("ended")["originator"], "local")

    def test_hears_that_the_caller_has_hung_up(self):
        self.talk()
        self.alice.write("BYE", *self.in_dialog, to_tag=self.to_tag)
        self.answer(200)
        self.assertEqual(self.page.wait("ended")["originator"], "remote")

    def test_stops_ringing_when_the_caller_gives_up(self):
        self.call()
        self.page.wait("ringing")
        self.answer(180)
        self.alice.write("CANCEL", f"sip:bob@{DOMAIN}", "alice")
        self.answer(200)
        self.answer(487)
        self.assertEqual(self.page.wait("failed")["cause"], "Canceled")

    def test_unregisters(self):
        self.page.do("unregister")
        self.page.wait("unregistered")
        self.assertEqual(self.server.api("GET", "/api/v1/registrations")["items"], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
