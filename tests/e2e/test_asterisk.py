"""In front of Asterisk, by the recipe we print for it, and with Asterisk as a provider that asks for a password."""
import unittest

import asterisk
from asterisk import Asterisk
from linphone import ACCEPTED_ELSEWHERE, ANSWERED, MISSED, Linphone
from sipp import Sipp
from http_client import Client
from support import EndToEnd
from test_calls import answered_call

# Who calls is told by the password alone, as providers do it.
PROVIDER = """[global]
type=global
endpoint_identifier_order=auth_username,username,ip

[office]
type=auth
auth_type=userpass
username=office
password=secret

[office]
type=aor
max_contacts=1

[office]
type=endpoint
context=internal
disallow=all
allow=ulaw
auth=office
aors=office
identify_by=auth_username
rtp_symmetric=yes
"""
DIALS_US = """[nobody]
exten => 100,1,Dial(PJSIP/office,30)
"""


@unittest.skipUnless(asterisk.is_there(), "needs asterisk")
class BehindAsterisk(EndToEnd):
    """The recipe's blocks are pasted as they are: into our configuration, and into that of the PBX."""

    def setUp(self):
        self.pbx = Asterisk()
        self.addCleanup(self.pbx.close)
        self.config = f'[pbx]\naddress = "{self.pbx.address}:5060;transport=udp"\n'
        super().setUp()
        recipe = self.server.command("recipe", "asterisk", "--extension", "100..120",
                                     "--sipwake", f"127.0.0.1:{self.server.udp}")
        ours, _, pjsip, extensions = asterisk.blocks(recipe)[:4]
        self.assertIn(self.config, ours)
        self.server.add_users("100")
        self.pbx.start(pjsip, extensions, "sipwake-phones")

    def sleeping_phone(self):
        phone = Linphone(self.server, "100")
        self.addCleanup(phone.close)
        phone.register_and_sleep()
        return phone

    def wake_too_late(self, phone):
        self.server.log.wait("call.decided")
        phone.start()
        self.server.log.wait("late_call.done")
        phone.reach("Released")
        return [outcome for _, outcome in phone.call_log()]

    def test_it_wakes_a_phone_of_ours_that_answers(self):
        phone = self.sleeping_phone()
        self.webhook.on_push = lambda _: phone.start()
        self.pbx.call("100")
        self.webhook.next_push()
        phone.reach("IncomingReceived")
        phone.answer()
        phone.reach("StreamsRunning")
        self.pbx.hang_up()
        phone.reach("Released")
        self.assertEqual([outcome for _, outcome in phone.call_log()], [ANSWERED])

    def test_it_hangs_up_and_the_phone_that_wakes_late_has_missed_the_call(self):
        phone = self.sleeping_phone()
        self.pbx.call("100")
        self.webhook.next_push()
        self.pbx.hang_up()
        self.assertEqual(self.wake_too_late(phone), [MISSED])

    def test_its_ring_group_is_answered_at_a_desk_and_the_phone_that_wakes_late_knows(self):
        phone = self.sleeping_phone()
        self.pbx.call("300")
        self.webhook.next_push()
        self.assertEqual(self.wake_too_late(phone), [ACCEPTED_ELSEWHERE])

    def test_a_phone_of_ours_calls_an_extension_of_the_pbx(self):
        Sipp(self.server, answered_call("alice", "200"), "to-asterisk").finish()
        self.assertEqual(self.server.call("to-asterisk")["end_reason"], "answered")

    def test_it_reaches_us_and_the_doctor_hears_it(self):
        self.assertRegex(self.server.command("doctor", "--pbx"),
                         rf"good  PBX {self.pbx.address}:5060 udp: answers OPTIONS with 200 OK in \d+ ms")
        self.pbx.is_reaching("sipwake")


@unittest.skipUnless(asterisk.is_there(), "needs asterisk")
class AsteriskAsProvider(EndToEnd):
    def setUp(self):
        super().setUp()
        self.provider = Asterisk()
        self.addCleanup(self.provider.close)
        self.provider.start(PROVIDER, DIALS_US)
        self.client = Client(self.server.http, self.server.token)
        self.made("trunks", {"name": "provider", "username": "office", "password": "secret", "register": True,
                             "targets": [f"{self.provider.address}:5060"]})
        self.made("routes", {"name": "out", "callee": "_2XX", "trunk": "provider"})
        self.made("routes", {"name": "in", "from": "provider", "callee": "office", "user": "bob@example.com"})
        self.server.log.wait("trunk.registered")

    def made(self, what, body):
        answer = self.client.ask("POST", f"/api/v1/{what}", body)
        self.assertEqual(answer.status, 201, answer.body)

    def test_a_phone_of_ours_calls_over_it_and_hangs_up(self):
        Sipp(self.server, answered_call("alice", "200"), "over-asterisk").finish()
        self.assertEqual(self.server.call("over-asterisk")["end_reason"], "answered")
        self.assertIn("0 active calls", self.provider.ask("core show calls"))

    def test_it_wakes_a_phone_of_ours(self):
        phone = Linphone(self.server, "bob")
        self.addCleanup(phone.close)
        phone.register_and_sleep()
        self.webhook.on_push = lambda _: phone.start()
        self.provider.call("100")
        phone.reach("IncomingReceived")
        phone.answer()
        phone.reach("StreamsRunning")
        self.provider.hang_up()
        phone.reach("Released")
        self.assertEqual([outcome for _, outcome in phone.call_log()], [ANSWERED])


if __name__ == "__main__":
    unittest.main()
