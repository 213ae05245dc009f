"""In front of a PBX: Kamailio as the PBX, by the recipe we print for it, and clients of other makers."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import kamailio
from kamailio import Kamailio
from linphone import ACCEPTED_ELSEWHERE, ANSWERED, MISSED, Linphone
from sipp import (SDP, SECOND, Sipp, cancel, in_dialog, receive_request, receive_response, reply,
                  reply_in_dialog, request, send)
from support import DOMAIN, LIMIT, PASSWORD, EndToEnd, Lines
from test_calls import answered_call, phone_answers


def from_the_pbx(to):
    """An INVITE of a phone of the PBX, which challenges nobody."""
    return (send(request("INVITE", "201", 2, to, SECOND, body=SDP, extra="Content-Type: application/sdp\n"))
            + receive_response(100, optional=True))


def talk(to):
    return (receive_response(180, optional=True) + receive_response(200, rrs=True)
            + send(in_dialog("ACK", 2, "201", to), retransmit=False)
            + send(in_dialog("BYE", 3, "201", to)) + receive_response(200))


@unittest.skipUnless(kamailio.is_there(), "needs kamailio")
class BehindKamailio(EndToEnd):
    """The recipe's blocks are pasted as they are: into our configuration, and into that of the PBX."""

    def setUp(self):
        self.pbx = Kamailio()
        self.addCleanup(self.pbx.close)
        self.config = f'[pbx]\naddress = "{self.pbx.address}:5060;transport=udp"\n'
        super().setUp()
        recipe = self.server.command("recipe", "kamailio", "--extension", "100..120",
                                     "--sipwake", f"127.0.0.1:{self.server.udp}")
        self.assertIn(self.config, kamailio.blocks(recipe)[0])
        self.server.add_users("100")
        self.pbx.start(recipe, f"127.0.0.1:{self.server.udp}")

    def phone_of_the_pbx(self, pieces, call_id):
        sipp = Sipp(self.server, pieces, call_id, target=f"{self.pbx.address}:5060")
        self.addCleanup(sipp.stop)
        return sipp

    def sleeping_phone(self):
        phone = Linphone(self.server, "100")
        self.addCleanup(phone.close)
        phone.register_and_sleep()
        return phone

    def wake_too_late(self, phone, call_id):
        phone.start()
        self.server.log.wait("late_call.done", f"call_id={call_id}")
        phone.reach("Released")

    def test_it_wakes_a_phone_of_ours_that_answers(self):
        phone = self.sleeping_phone()
        self.webhook.on_push = lambda _: phone.start()
        caller = self.phone_of_the_pbx(from_the_pbx("100") + talk("100"), "pbx-woken")
        self.assertEqual(self.webhook.next_push()["call_id"], "pbx-woken")
        phone.reach("IncomingReceived")
        phone.answer()
        caller.finish()
        phone.reach("Released")
        self.assertEqual(phone.call_log(), [("pbx-woken", ANSWERED)])

    def test_it_hangs_up_and_the_phone_that_wakes_late_has_missed_the_call(self):
        phone = self.sleeping_phone()
        caller = self.phone_of_the_pbx(from_the_pbx("100") + receive_response(180) + cancel("201", "100"), "pbx-missed")
        self.webhook.next_push()
        caller.finish()
        self.wake_too_late(phone, "pbx-missed")
        self.assertEqual(phone.call_log(), [("pbx-missed", MISSED)])

    def test_its_ring_group_is_answered_at_a_desk_and_the_phone_that_wakes_late_knows(self):
        phone = self.sleeping_phone()
        desk = Sipp(self.server, receive_request("INVITE") + reply("180 Ringing") + '  <pause milliseconds="800"/>\n'
                    + reply("200 OK", SDP, extra="Content-Type: application/sdp\n") + receive_request("ACK")
                    + receive_request("BYE") + reply_in_dialog("200 OK"), "pbx-group", port=self.pbx.free_desk_port())
        self.addCleanup(desk.stop)
        caller = self.phone_of_the_pbx(
            from_the_pbx("300") + receive_response(180, optional=True) + talk("300"), "pbx-group")
        self.webhook.next_push()
        caller.finish()
        desk.finish()
        self.wake_too_late(phone, "pbx-group")
        self.assertEqual(phone.call_log(), [("pbx-group", ACCEPTED_ELSEWHERE)])

    def test_the_doctor_hears_it_answer(self):
        self.assertRegex(self.server.command("doctor", "--pbx"),
                         rf"good  PBX {self.pbx.address}:5060 udp: answers OPTIONS with 200 Here in \d+ ms")

    def test_a_phone_of_ours_calls_an_extension_of_the_pbx(self):
        desk = Sipp(self.server, phone_answers(), "to-pbx", port=self.pbx.free_desk_port())
        self.addCleanup(desk.stop)
        Sipp(self.server, answered_call("alice", "200"), "to-pbx").finish()
        desk.finish()
        self.assertEqual(self.server.call("to-pbx")["end_reason"], "answered")


@unittest.skipUnless(shutil.which("baresip"), "needs baresip (package baresip-core)")
class Baresip(EndToEnd):
    CONFIG = """sip_listen 127.0.0.1:0
audio_source aubridge,x
audio_player aubridge,x
audio_alert aubridge,x
module_path /usr/lib/baresip/modules
module g711.so
module uuid.so
module account.so
module menu.so
module aubridge.so
"""

    def start(self, transport, port):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="baresip-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        (folder / "config").write_text(self.CONFIG)
        (folder / "accounts").write_text(
            f"<sip:bob@{DOMAIN};transport={transport}>;auth_user=bob;auth_pass={PASSWORD};regint=600;answermode=auto;"
            f'outbound="sip:127.0.0.1:{port};transport={transport}";sipnat=outbound\n')
        process = subprocess.Popen(["baresip", "-f", str(folder), "-v"], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        log = Lines(process.stdout)
        log.wait("200 OK")
        return log

    def test_it_registers_with_outbound_over_tcp_and_answers(self):
        self.start("tcp", self.server.tcp)
        Sipp(self.server, answered_call("alice", "bob"), "baresip-tcp").finish()
        call = self.server.call("baresip-tcp")
        self.assertEqual(call["end_reason"], "answered")

    def test_it_registers_over_udp_and_answers(self):
        self.start("udp", self.server.udp)
        Sipp(self.server, answered_call("alice", "bob"), "baresip-udp").finish()
        self.assertEqual(self.server.call("baresip-udp")["end_reason"], "answered")


@unittest.skipUnless(shutil.which("sipsak"), "needs sipsak")
class Sipsak(EndToEnd):
    def run_it(self, *options):
        done = subprocess.run(["sipsak", *options], capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_it_is_answered(self):
        self.run_it("-s", f"sip:127.0.0.1:{self.server.udp}")

    def test_it_registers(self):
        self.run_it("-U", "-i", "-x", "300", "-C", "sip:alice@127.0.0.1:5999", "-u", "alice", "-a", PASSWORD,
                    "-s", f"sip:alice@127.0.0.1:{self.server.udp}")
        contacts = [one["contact"] for one in self.server.api("GET", "/api/v1/registrations")["items"]]
        self.assertEqual(contacts, ["sip:alice@127.0.0.1:5999"])


if __name__ == "__main__":
    unittest.main()
