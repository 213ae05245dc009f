"""Plain, held and late calls, played by sipp: every row of the late-call table of the design."""
import unittest

from sipp import (SDP, Sipp, ack_failure, cancel, in_dialog, invite, receive_request, receive_response, register, reply,
                  reply_in_dialog, send, SECOND)
from support import DOMAIN, EndToEnd, Socket, sleeping_phone

ELSEWHERE = {"has": "Reason: SIP;cause=200;text=.Call completed elsewhere"}
NO_REASON = {"has_not": "Reason:"}


def answered_call(user, to, talk=1):
    """A caller who gets an answer, talks and hangs up."""
    return (invite(user, to) + receive_response(180, optional=True) + receive_response(200, rrs=True)
            + send(in_dialog("ACK", 2, user, to), retransmit=False) + f'  <pause milliseconds="{talk}"/>\n'
            + send(in_dialog("BYE", 3, user, to)) + receive_response(200))


def phone_answers(rings_ms=0):
    """What a phone does with a call that it answers, until the caller hangs up."""
    rings = f'  <pause milliseconds="{rings_ms}"/>\n'
    return (receive_request("INVITE") + reply("180 Ringing") + rings + reply("200 OK", SDP, extra="Content-Type: application/sdp\n")
            + receive_request("ACK") + receive_request("BYE") + reply_in_dialog("200 OK"))


class PlainCalls(EndToEnd):
    def test_a_registered_phone_answers_and_the_caller_hangs_up(self):
        phone = Sipp(self.server, register("bob", push=False) + phone_answers(), "plain")
        self.server.log.wait("register.ok", "aor=bob@")
        Sipp(self.server, answered_call("alice", "bob"), "plain").finish()
        phone.finish()
        call = self.server.call("plain")
        self.assertEqual(call["state"], "ended")
        self.assertEqual(call["end_reason"], "answered")

    def test_an_unknown_user_is_404(self):
        Sipp(self.server, invite("alice", "nobody") + receive_response(404) + ack_failure("alice", "nobody", 2, SECOND),
             "unknown").finish()

    def test_a_wrong_password_is_challenged_again(self):
        wrong = invite("alice", "bob").replace("password=secret", "password=guess")
        Sipp(self.server, wrong + receive_response(407) + ack_failure("alice", "bob", 2, SECOND), "wrong").finish()


class HeldCalls(EndToEnd):
    config = '[wake]\ntimeout = "3s"'

    def test_a_sleeping_phone_is_woken_and_answers(self):
        sleeping_phone(self.server, "bob", "bob-1")
        caller = Sipp(self.server, answered_call("alice", "bob"), "held")
        push = self.webhook.next_push()
        self.assertEqual(push["call_id"], "held")
        self.assertEqual(push["device"]["prid"], "token-bob-1")
        self.assertEqual(push["callee"], f"bob@{DOMAIN}")
        phone = Sipp(self.server, register("bob", "bob-1") + phone_answers(), "held")
        phone.finish()
        caller.finish()
        steps = self.steps("held")
        for step in ("push_asked", "push_accepted", "registered", "answered", "ended"):
            self.assertIn(step, steps)
        self.assertNotIn("late_invite", steps)

    def test_a_phone_that_never_wakes_gives_480_with_a_warning(self):
        sleeping_phone(self.server, "bob", "bob-1")
        refused = ('  <recv response="480">\n  <action>\n'
                   '    <ereg regexp="no device registered after push" search_in="hdr" header="Warning:" '
                   'check_it="true" assign_to="w"/>\n  </action>\n  </recv>\n  <Reference variables="w"/>\n')
        Sipp(self.server, invite("alice", "bob") + receive_response(180, optional=True) + refused
             + ack_failure("alice", "bob", 2, SECOND), "never").finish()
        self.assertEqual(self.server.call("never")["end_reason"], "not woken")


class LateCalls(EndToEnd):
    def missed_call(self, call_id):
        """Alice calls sleeping Bob and gives up once his push has gone out."""
        sleeping_phone(self.server, "bob", "bob-1")
        caller = Sipp(self.server, invite("alice", "bob") + receive_response(180) + cancel("alice", "bob"), call_id)
        self.webhook.next_push()
        caller.finish()

    def late_phone(self, call_id, pieces):
        Sipp(self.server, register("bob", "bob-1") + pieces, call_id).finish()
        self.server.log.wait("late_call.done", f"call_id={call_id}")
        call = self.server.call(call_id)
        self.assertIn("closed", [leg["state"] for leg in call["legs"]])
        return call

    def cancelled(self, reason):
        return (receive_request("CANCEL", **reason) + reply("200 OK") + reply("487 Request Terminated", cseq="CSeq: 2 INVITE")
                + receive_request("ACK"))

    def test_missed_180_gets_cancel_without_reason(self):
        self.missed_call("late-180")
        call = self.late_phone("late-180", receive_request("INVITE") + reply("180 Ringing") + self.cancelled(NO_REASON))
        self.assertIn("late_done", [entry["what"] for entry in call["timeline"]])

    def test_183_gets_cancel(self):
        self.missed_call("late-183")
        self.late_phone("late-183", receive_request("INVITE") + reply("183 Session Progress")
                        + self.cancelled(NO_REASON))

    def test_100_and_then_silence_gets_cancel(self):
        self.missed_call("late-100")
        self.late_phone("late-100", receive_request("INVITE") + reply("100 Trying") + self.cancelled(NO_REASON))

    def test_200_gets_ack_and_bye(self):
        self.missed_call("late-200")
        self.late_phone("late-200", receive_request("INVITE")
                        + reply("200 OK", SDP, extra="Content-Type: application/sdp\n") + receive_request("ACK")
                        + receive_request("BYE", **NO_REASON) + reply_in_dialog("200 OK"))

    def test_486_gets_ack_and_nothing_more(self):
        self.missed_call("late-486")
        self.late_phone("late-486", receive_request("INVITE") + reply("486 Busy Here") + receive_request("ACK"))

    def test_603_gets_ack_and_nothing_more(self):
        self.missed_call("late-603")
        self.late_phone("late-603", receive_request("INVITE") + reply("603 Decline") + receive_request("ACK"))

    def test_482_gets_ack_and_nothing_more(self):
        self.missed_call("late-482")
        self.late_phone("late-482", receive_request("INVITE") + reply("482 Loop Detected") + receive_request("ACK"))

    def test_503_is_tried_again_at_the_next_register(self):
        self.missed_call("late-503")
        self.late_phone("late-503", receive_request("INVITE") + reply("503 Service Unavailable")
                        + receive_request("ACK") + register("bob", "bob-1", cseq=3)
                        + receive_request("INVITE") + reply("180 Ringing") + self.cancelled(NO_REASON))

    def test_silence_is_tried_again_at_the_next_register(self):
        self.missed_call("late-mute")
        mute = Socket(self.server)
        params = ";pn-provider=webhook;pn-param=app;pn-prid=token-bob-1"
        mute.register("bob", params, ';+sip.instance="<urn:uuid:bob-1>"')
        mute.receive("INVITE ")
        self.server.log.wait("late_call.started", "attempt=1")
        self.server.log.wait("late_call.unheard", "call_id=late-mute")
        mute.close()
        self.late_phone("late-mute", receive_request("INVITE") + reply("180 Ringing") + self.cancelled(NO_REASON))

    def test_answered_elsewhere_gets_cancel_with_its_reason(self):
        # It rings until the push has gone out: there is none for a call that is over before.
        desk = Sipp(self.server, register("bob", "desk", push=False) + phone_answers(rings_ms=1500), "elsewhere")
        self.server.log.wait("register.ok", "aor=bob@")
        sleeping_phone(self.server, "bob", "bob-1")
        caller = Sipp(self.server, answered_call("alice", "bob", talk=1500), "elsewhere")
        self.webhook.next_push()
        self.server.log.wait("call.decided", "end=answered")
        self.late_phone("elsewhere", receive_request("INVITE") + reply("180 Ringing") + self.cancelled(ELSEWHERE))
        caller.finish()
        desk.finish()

    def test_the_phone_that_answered_and_registers_again_hears_nothing(self):
        sleeping_phone(self.server, "bob", "bob-1")
        caller = Sipp(self.server, answered_call("alice", "bob"), "again")
        self.webhook.next_push()
        Sipp(self.server, register("bob", "bob-1") + phone_answers(), "again").finish()
        caller.finish()
        phone = Socket(self.server)
        params = ";pn-provider=webhook;pn-param=app;pn-prid=token-bob-1"
        phone.register("bob", params, ';+sip.instance="<urn:uuid:bob-1>"')
        phone.silence(2)
        self.assertNotIn("late_invite", self.steps("again"))
        phone.close()

    def test_three_registers_within_a_second_bring_one_invite(self):
        sleeping_phone(self.server, "bob", "bob-1")
        caller = Sipp(self.server, invite("alice", "bob") + receive_response(180) + receive_response(486)
                      + ack_failure("alice", "bob", 2, SECOND), "three")
        self.webhook.next_push()
        params = ";pn-provider=webhook;pn-param=app;pn-prid=token-bob-1"
        phone = Socket(self.server)
        phone.register("bob", params, ';+sip.instance="<urn:uuid:bob-1>"')
        message = phone.receive("INVITE ")
        busy = "\r\n".join(["SIP/2.0 100 Trying"] + [l for l in message.split("\r\n") if l.split(":")[0] in
                           ("Via", "From", "To", "Call-ID", "CSeq")] + ["Content-Length: 0", "", ""])
        phone.send(busy)
        for _ in range(2):
            phone.register("bob", params, ';+sip.instance="<urn:uuid:bob-1>"')
        phone.silence(1)
        phone.send(busy.replace("100 Trying", "486 Busy Here").replace(f"To: <sip:bob@{DOMAIN}>", f"To: <sip:bob@{DOMAIN}>;tag=x"))
        phone.receive("ACK ")
        caller.finish()
        self.assertEqual(self.steps("three").count("branch"), 2)  # the sleeping socket, then the woken phone
        phone.close()

    def test_a_killed_server_still_makes_the_late_call(self):
        sleeping_phone(self.server, "bob", "bob-1")
        caller = Sipp(self.server, invite("alice", "bob") + receive_response(180) + '  <pause milliseconds="60000"/>\n',
                      "killed")
        self.addCleanup(caller.stop)
        self.webhook.next_push()
        self.server.log.wait("push.accepted")
        self.server.kill()
        self.server.start()
        self.late_phone("killed", receive_request("INVITE") + reply("180 Ringing") + self.cancelled(NO_REASON))
        self.assertEqual(self.server.call("killed")["end_reason"], "restarted")


if __name__ == "__main__":
    unittest.main(verbosity=2)
