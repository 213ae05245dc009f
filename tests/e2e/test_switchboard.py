"""Calls that go on, hunt groups and do not disturb, played by sipp over real sockets."""
import unittest

from sipp import SECOND, Sipp, ack_failure, invite, receive_request, receive_response, register, reply
from support import DOMAIN, EndToEnd, sleeping_phone
from test_calls import answered_call, phone_answers


def rings_until_cancelled(**cancel):
    return (receive_request("INVITE") + reply("180 Ringing") + receive_request("CANCEL", **cancel)
            + reply("200 OK") + reply("487 Request Terminated", cseq="CSeq: 2 INVITE")
            + receive_request("ACK"))


class Switchboard(EndToEnd):
    def wishes(self, user, **fields):
        self.server.api("PATCH", f"/api/v1/users/{user}@{DOMAIN}", fields)

    def phone(self, user, pieces, name):
        """A desk phone that is registered when this returns."""
        phone = Sipp(self.server, register(user, push=False) + pieces, name)
        self.addCleanup(phone.stop)
        self.server.log.wait("register.ok", f"aor={user}@")
        return phone

    def test_nobody_answers_and_the_sleeping_phone_of_another_user_is_woken(self):
        self.wishes("bob", forward_no_answer="carol", forward_no_answer_s=1)
        sleeping_phone(self.server, "carol", "carol-1")
        bob = self.phone("bob", rings_until_cancelled(), "on")
        caller = Sipp(self.server, answered_call("alice", "bob"), "on")
        self.addCleanup(caller.stop)
        push = self.webhook.next_push()
        self.assertEqual((push["call_id"], push["callee"]), ("on", f"carol@{DOMAIN}"))
        bob.finish()  # it has heard CANCEL
        answers = phone_answers().replace('<recv request="INVITE"/>', receive_request(
            "INVITE", has="Diversion: .sip:bob@example.com.;reason=no-answer").strip(), 1)
        carol = Sipp(self.server, register("carol", "carol-1") + answers, "on")
        carol.finish()
        caller.finish()
        self.assertEqual(self.server.call("on")["end_reason"], "answered")

    def test_a_serial_group_goes_on_to_the_next_member(self):
        self.group("serial", ring_s=1)
        bob = self.phone("bob", rings_until_cancelled(), "serial")
        carol = self.phone("carol", phone_answers(), "serial")
        Sipp(self.server, answered_call("alice", "sales"), "serial").finish()
        bob.finish()
        carol.finish()

    def test_a_parallel_group_stops_ringing_when_one_answers(self):
        self.group("parallel")
        bob = self.phone("bob", rings_until_cancelled(has="Reason: SIP;cause=200;text=.Call completed elsewhere"), "all")
        carol = self.phone("carol", phone_answers(rings_ms=300), "all")
        Sipp(self.server, answered_call("alice", "sales"), "all").finish()
        bob.finish()
        carol.finish()

    def test_who_wants_no_disturbance_is_480_and_hears_nothing(self):
        self.wishes("bob", do_not_disturb=True)
        sleeping_phone(self.server, "bob", "bob-1")
        refused = receive_response(480) + ack_failure("alice", "bob", 2, SECOND)
        Sipp(self.server, invite("alice", "bob") + refused, "quiet").finish()
        self.assertEqual(self.server.call("quiet")["end_reason"], "do not disturb")
        self.assertNotIn("push_asked", self.steps("quiet"))

    def group(self, strategy, **fields):
        self.server.api("POST", "/api/v1/groups", {"aor": f"sales@{DOMAIN}", "strategy": strategy,
                                                   "members": [f"bob@{DOMAIN}", f"carol@{DOMAIN}"], **fields})


if __name__ == "__main__":
    unittest.main()
