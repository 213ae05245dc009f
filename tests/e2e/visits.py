"""What the tests of the status page share: somebody who looks at it, and phones that call meanwhile."""
import os
import pathlib
import re
import tempfile
import time
import unittest
import urllib.request

from support import DOMAIN, LIMIT, EndToEnd
from tls import UdpPhone, response_to
from visitor import CHROMIUM, NPM, Visitor, fetch

OFFER = "v=0\r\no=alice 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"


def status_of(response, status):
    return response.replace("SIP/2.0 200 OK", f"SIP/2.0 {status}", 1)


class Visit(EndToEnd):
    """Tests of the page: a visitor, and phones that are sockets."""

    @classmethod
    def setUpClass(cls):
        if not (CHROMIUM and NPM):
            raise unittest.SkipTest("chromium or npm is not installed")
        folder = tempfile.TemporaryDirectory(prefix="sipwake-visitor-")
        cls.addClassCleanup(folder.cleanup)
        cls.visitor_folder = fetch(pathlib.Path(os.environ.get("SIPWAKE_VISITOR") or folder.name))

    def setUp(self):
        super().setUp()
        if b"without the status page" in urllib.request.urlopen(self.server.http + "/").read():
            self.skipTest("this build is without the page")
        self.password = self.server.out.wait("Password:  ").split()[1]
        self.visitor = Visitor(self.visitor_folder)
        self.addCleanup(self.visitor.close)

    def log_in(self, **how):
        self.visitor.open(url=self.server.http + "/", **how)
        self.visitor.fill(label="Password", value=self.password)
        self.visitor.click(name="Log in")
        self.visitor.see(text="All well.")

    def until(self, holds):
        begun = time.monotonic()
        while not holds():
            self.assertLess(time.monotonic() - begun, LIMIT, "it does not come to that")

    def focus(self, part="", **wanted):
        """Waits until what has the focus is as wanted, `part` being in its label: the page moves it after it has drawn."""
        seen = {}

        def there():
            seen.update(self.visitor.focused())
            return part in seen["label"] and wanted.items() <= seen.items()

        try:
            self.until(there)
        except AssertionError:
            self.fail(f"the focus is on {seen}, not on {part}{wanted}")

    def phone(self):
        phone = UdpPhone(self.server.udp)
        self.addCleanup(phone.close)
        return phone

    def sleeping(self, user="bob", instance="b"):
        """Registers a phone that can be woken, and puts it to sleep."""
        phone = self.phone()
        answer = phone.register(user, f";pn-provider=webhook;pn-param=app;pn-prid=token-{instance}",
                                f';+sip.instance="<urn:uuid:{instance}>"')
        self.assertIn("SIP/2.0 200", answer)
        phone.close()

    def waken(self, user="bob", instance="b"):
        phone = self.phone()
        phone.register(user, f";pn-provider=webhook;pn-param=app;pn-prid=token-{instance}",
                       f';+sip.instance="<urn:uuid:{instance}>"')
        return phone

    def call(self, user="bob", name=None, caller="alice"):
        """Alice, or another caller; nobody has answered yet."""
        alice = self.phone()
        if name:
            send = alice.send
            alice.send = lambda text: send(text.replace("From: <", f'From: "{name}" <'))
        alice.ask_with_digest("INVITE", f"sip:{user}@{DOMAIN}", caller,
                              f"Contact: <sip:{caller}@{alice.host}>\r\nContent-Type: application/sdp\r\n", OFFER)
        return alice

    def final(self, phone):
        while (answer := phone.next()).startswith("SIP/2.0 1"):
            pass
        return answer

    def answer(self, alice, bob):
        """Bob's phone rings and answers, alice acknowledges."""
        invite = bob.next()
        self.assertTrue(invite.startswith("INVITE "), invite)
        ok = response_to(invite, "b").replace("Content-Length", f"Contact: <sip:bob@{bob.host}>\r\nContent-Length")
        bob.send(status_of(ok, "180 Ringing"))
        bob.send(ok)
        final = self.final(alice)
        self.assertTrue(final.startswith("SIP/2.0 200"), final)
        routes = [f"Route: {route}\r\n" for route in reversed(re.findall(r"(?m)^Record-Route: (.*)\r$", final))]
        self.dialog = (re.search(r"(?m)^Contact:.*<(.*)>", final).group(1), "alice", "".join(routes))
        alice.write("ACK", *self.dialog, to_tag="b")
        self.assertTrue(bob.next().startswith("ACK "))

    def hang_up(self, alice, bob):
        alice.write("BYE", *self.dialog, to_tag="b")
        bye = bob.next()
        self.assertTrue(bye.startswith("BYE "), bye)
        bob.send(response_to(bye))
        self.final(alice)

    def no_faults(self, view):
        self.assertEqual(self.visitor.faults(), [], view)
        self.assertLessEqual(self.visitor.too_wide(), 0, view)

    def nothing_went_wrong(self):
        self.assertEqual(self.visitor.seen(), {"dialogs": 0, "problems": []})
