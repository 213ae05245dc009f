"""linphone-daemon as the phone that sleeps: what the apps' own library makes of a held call and of both late calls."""
import pathlib
import shutil
import tempfile
import unittest

from linphone import ACCEPTED_ELSEWHERE, ANSWERED, MISSED, Linphone
from sipp import SDP, Sipp, cancel, invite, receive_request, receive_response, register, reply, reply_in_dialog
from support import DOMAIN, EndToEnd
from test_calls import answered_call
from tls import make_certificate


@unittest.skipUnless(shutil.which("linphone-daemon"), "needs linphone-daemon (package linphone-cli)")
class RealPhone(EndToEnd):
    def setUp(self):
        super().setUp()
        self.phone = self.make_phone()
        self.addCleanup(self.phone.close)

    def make_phone(self):
        return Linphone(self.server, "bob")

    def play(self, pieces, call_id):
        sipp = Sipp(self.server, pieces, call_id)
        self.addCleanup(sipp.stop)
        return sipp

    def wake_too_late(self, call_id):
        """The app starts after the call; returns once the late call is over on both sides."""
        self.phone.start()
        self.server.log.wait("late_call.done", f"call_id={call_id}")
        self.phone.reach("Released")
        self.assertEqual(self.steps(call_id).count("late_invite"), 1)

    def test_a_killed_phone_is_woken_by_the_push_and_answers(self):
        self.phone.register_and_sleep()
        self.webhook.on_push = lambda _: self.phone.start()
        caller = self.play(answered_call("alice", "bob"), "woken")
        push = self.webhook.next_push()
        self.assertEqual(push["call_id"], "woken")
        self.assertEqual(push["device"]["prid"], self.phone.token)
        self.phone.reach("IncomingReceived")
        self.phone.answer()
        caller.finish()
        self.phone.reach("Released")
        self.assertEqual(self.phone.call_log(), [("woken", ANSWERED)])
        self.assertNotIn("late_invite", self.steps("woken"))

    def test_a_killed_phone_is_the_same_device_when_it_comes_back(self):
        for _ in range(2):
            self.phone.register_and_sleep()
        devices = self.server.api("GET", "/api/v1/devices")["items"]
        self.assertEqual([device["instance"] for device in devices], [f"urn:uuid:{self.phone.instance}"])

    def test_a_phone_that_wakes_after_the_cancel_logs_one_missed_call(self):
        self.phone.register_and_sleep()
        caller = self.play(invite("alice", "bob") + receive_response(180) + cancel("alice", "bob"), "missed")
        self.webhook.next_push()
        caller.finish()
        self.wake_too_late("missed")
        self.assertEqual(self.phone.call_log(), [("missed", MISSED)])

    def test_a_phone_that_wakes_after_the_desk_phone_answered_logs_one_call_accepted_elsewhere(self):
        desk = self.play(
            register("bob", push=False) + receive_request("INVITE") + reply("180 Ringing")
            + '  <pause milliseconds="1000"/>\n'  # rings until the push has gone out
            + reply("200 OK", SDP, extra="Content-Type: application/sdp\n")
            + receive_request("ACK") + receive_request("BYE") + reply_in_dialog("200 OK"), "elsewhere")
        self.server.log.wait("register.ok", "aor=bob@")
        self.phone.register_and_sleep()
        caller = self.play(answered_call("alice", "bob"), "elsewhere")
        self.webhook.next_push()
        caller.finish()
        desk.finish()
        self.wake_too_late("elsewhere")
        self.assertEqual(self.phone.call_log(), [("elsewhere", ACCEPTED_ELSEWHERE)])


class RealPhoneOverTls(RealPhone):
    """The same over TLS: each start is a new connection, and the one that was killed is left mute."""

    config = '[[listen]]\ntransport = "tls"\naddress = "127.0.0.1:0"\n'

    def make_phone(self):
        port = self.server.out.wait("sip   tls ").rsplit(":", 1)[1]
        certificate = self.server.folder / "data/tls-self-signed.pem"
        return Linphone(self.server, "bob", f"localhost:{port};transport=tls", certificate)

    def test_it_registers_over_tls(self):
        self.phone.start()
        self.assertIn(" flow=tls:", self.server.log.wait("register.ok", "aor=bob@"))

    def test_a_phone_that_does_not_trust_the_certificate_does_not_register(self):
        self.phone.config.write_text(self.phone.config.read_text().replace("tls-self-signed.pem", "none.pem"))
        self.phone.start()
        self.server.log.wait("flow.trouble", "TLS: ")
        self.assertEqual(self.server.api("GET", "/api/v1/registrations")["items"], [])


@unittest.skipUnless(shutil.which("linphone-daemon"), "needs linphone-daemon (package linphone-cli)")
class NewPhone(EndToEnd):
    """It knows a link and nothing else."""

    root_ca = ""
    flow = "flow=tcp:"

    def test_takes_its_account_from_a_link(self):
        link = self.server.api("POST", f"/api/v1/users/carol@{DOMAIN}/provisioning")
        phone = Linphone(self.server, "carol", root_ca=self.root_ca, account=self.server.http + link["path"])
        self.addCleanup(phone.close)
        phone.register_and_sleep()
        self.assertTrue(self.server.log.count("register.ok", "aor=carol@", self.flow))
        devices = self.server.api("GET", f"/api/v1/users/carol@{DOMAIN}/devices")["items"]
        self.assertEqual([device["instance"] for device in devices], [f"urn:uuid:{phone.instance}"])


class NewPhoneOverTls(NewPhone):
    """Its account names the server as its certificate does."""

    flow = "flow=tls:"

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root_ca, key = make_certificate(pathlib.Path(folder.name), "localhost")
        self.config = ('[[listen]]\ntransport = "tls"\naddress = "127.0.0.1:0"\n'
                       f'[tls]\ncertificate = "{self.root_ca}"\nprivate_key = "{key}"\n')
        super().setUp()


if __name__ == "__main__":
    unittest.main(verbosity=2)
