"""Calls held for phones that Apple, Google and browsers wake, against stand-ins as strict as the real services."""
import os
import subprocess
import time
import unittest

from sipp import Sipp, register
from stand_ins import Pushed
from support import LIMIT, Socket
from test_calls import answered_call, phone_answers

APPLE_TOKEN = "ab" * 32


class Push(Pushed):
    def call_is_answered(self, call_id, service):
        """A call that is held until the phone has been woken through this service; what the service saw."""
        caller = Sipp(self.server, answered_call("alice", "bob"), call_id)
        seen = self.services.next(service)
        woken = register("bob", "bob-1").replace("pn-provider=webhook;pn-param=app;pn-prid=token-bob-1",
                                                 self.coordinates)
        phone = Sipp(self.server, woken + phone_answers(), call_id)
        phone.finish()
        caller.finish()
        return seen


class HeldCalls(Push):
    def test_through_apple(self):
        self.sleeping()
        seen = self.call_is_answered("apple", "apns")
        self.assertEqual(seen["path"], "/3/device/" + APPLE_TOKEN)
        self.assertEqual(seen["headers"]["apns-topic"], "com.example.phone.voip")
        self.assertEqual(seen["headers"]["apns-push-type"], "voip")
        self.assertEqual(seen["headers"]["apns-priority"], "10")
        self.assertEqual(seen["jwt"]["header"]["kid"], "ABC1234567")
        self.assertEqual(seen["jwt"]["claims"]["iss"], "DEF1234567")
        self.assertEqual(seen["body"]["aps"]["call-id"], "apple")
        self.assertTrue(self.entries("apple", "push_accepted")[0].startswith("200 OK, apns-id "))
        self.assertEqual(self.provider("apns")["state"], "ready")

    def test_through_apples_sandbox_when_the_phone_says_so(self):
        self.sleeping("sandbox")
        self.assertEqual(self.call_is_answered("sandbox", "sandbox")["status"], 200)

    def test_through_apples_sandbox_when_only_that_knows_the_token(self):
        self.services.order("apns", known="00" * 32)
        self.sleeping()
        self.assertEqual(self.call_is_answered("learned", "sandbox")["status"], 200)
        self.assertEqual(self.services.next("apns")["reason"], "BadDeviceToken")

    def test_through_google(self):
        self.sleeping("fcm")
        seen = self.call_is_answered("google", "fcm")
        self.assertEqual(seen["path"], "/v1/projects/my-project/messages:send")
        self.assertEqual(seen["body"]["token"], "TOKEN-1")
        self.assertEqual(seen["body"]["android"]["priority"], "HIGH")
        self.assertEqual(seen["body"]["data"]["call-id"], "google")
        self.assertEqual(self.provider("fcm")["state"], "ready")

    def test_through_a_browsers_service(self):
        self.sleeping("webpush")
        seen = self.call_is_answered("browser", "webpush")
        self.assertEqual(seen["headers"]["content-encoding"], "aes128gcm")
        self.assertEqual(seen["headers"]["urgency"], "high")
        self.assertEqual(seen["jwt"]["claims"]["sub"], "mailto:ops@example.com")
        self.assertEqual(seen["body"]["call_id"], "browser")
        self.assertEqual(self.provider("webpush")["state"], "ready")


class Refusals(Push):
    def test_a_dead_token_is_marked_with_apples_reason(self):
        self.sleeping()
        self.services.order("apns", gone=APPLE_TOKEN, since=4102444800000)
        self.ring("gone")
        self.assertEqual(self.waits_for("gone", "push_refused"), "410 Unregistered")
        self.assertEqual(self.device()["token_dead"], "410 Unregistered")

    def test_a_wrong_topic_is_told_and_the_token_kept(self):
        self.sleeping()
        self.services.order("apns", status=400, reason="TopicDisallowed", times=1)
        self.ring("topic")
        self.assertEqual(self.waits_for("topic", "push_refused"), "400 TopicDisallowed")
        self.assertIsNone(self.device()["token_dead"])
        self.assertEqual(self.provider("apns")["state"], "degraded")

    def test_a_refused_key_is_told_in_the_health_and_the_log(self):
        self.sleeping()
        self.services.order("apns", status=403, reason="InvalidProviderToken", times=1)
        self.ring("key")
        self.assertEqual(self.waits_for("key", "push_refused"), "403 InvalidProviderToken")
        provider = self.provider("apns")
        self.assertEqual(provider["state"], "credentials refused")
        self.assertIn("key_id", provider["last_error"])
        self.server.log.wait("push.provider", "credentials refused")

    def test_an_unregistered_phone_of_google_is_dead(self):
        self.sleeping("fcm")
        self.services.order("fcm", gone="TOKEN-1")
        self.ring("unregistered")
        self.assertEqual(self.waits_for("unregistered", "push_refused"), "404 UNREGISTERED")
        self.assertEqual(self.device()["token_dead"], "404 UNREGISTERED")

    def test_no_secret_is_in_the_log_or_the_api(self):
        self.sleeping()
        self.call_is_answered("secret", "apns")
        self.server.stop()
        key = (self.services.folder / "AuthKey.p8").read_text().splitlines()[1]
        for line in self.server.log.seen:
            self.assertNotIn(APPLE_TOKEN, line)
            self.assertNotIn(key, line)
            self.assertNotIn("bearer", line)

    def test_a_key_file_that_others_may_read_is_refused(self):
        key = self.services.folder / "AuthKey.p8"
        key.chmod(0o644)
        done = subprocess.run([os.environ.get("SIPWAKE_BINARY", "build/release/sipwake"), "check", "--config",
                               str(self.server.config)], capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f'"{key}" may be read by others (mode 0644): chmod 600 it', done.stderr)


class Doctor(Push):
    def doctor(self):
        done = subprocess.run([os.environ.get("SIPWAKE_BINARY", "build/release/sipwake"), "doctor", "--config",
                               str(self.server.config)], capture_output=True, text=True, timeout=LIMIT)
        return done.returncode, done.stdout

    def test_finds_that_both_services_take_our_credentials(self):
        self.services.order("apns", known=APPLE_TOKEN)
        self.services.order("sandbox", known=APPLE_TOKEN)
        self.services.order("fcm", gone="sipwake-doctor")
        status, text = self.doctor()
        self.assertIn("good  apns DEF1234567 com.example.phone: takes our credentials (it said "
                      "400 BadDeviceToken in both environments)\n"
                      "good  fcm my-project: takes our credentials (it said 404 UNREGISTERED)\n", text)
        self.assertEqual(status, 0)

    def test_says_what_to_look_at_when_they_do_not(self):
        self.services.order("apns", status=403, reason="InvalidProviderToken", times=1)
        self.services.order("fcm", oauth=400)
        status, text = self.doctor()
        self.assertIn("bad   apns DEF1234567 com.example.phone: 403 InvalidProviderToken: Apple does not take the key: "
                      "look at `key_id`, `team_id` and `key_file`", text)
        self.assertIn("bad   fcm my-project: 400", text)
        self.assertEqual(status, 1)


class Trouble(Push):
    """A service that misbehaves slows nothing but its own pushes."""

    def options_p99_ms(self, seconds=1):
        socket = Socket(self.server)
        self.addCleanup(socket.close)
        times = []
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            number = len(times)
            socket.send(f"OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{socket.port};rport;"
                        f"branch=z9hG4bKo{number}\r\nMax-Forwards: 70\r\nFrom: <sip:o@x>;tag=o\r\nTo: <sip:example.com>"
                        f"\r\nCall-ID: o{number}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
            socket.receive("SIP/2.0 ")
            times.append((time.perf_counter() - begun) * 1000)
        return sorted(times)[int(len(times) * 0.99)]

    def through(self, service, seconds):
        self.sleeping(service)
        healthy = self.options_p99_ms(seconds)
        worst = {}
        for kind, order in {"hangs": {"mute": True}, "500": {"status": 500, "reason": "InternalServerError"},
                            "10 MB": {"status": 500, "body_bytes": 10_000_000}, "closes": {"close": True}}.items():
            self.services.order(service, forget=True, times=6, **order)
            self.ring(f"{service}-{kind.replace(' ', '-')}")
            self.services.next(service)
            worst[kind] = self.options_p99_ms(seconds)
        print(f"\n{service}: OPTIONS p99: healthy {healthy:.2f} ms, "
              + ", ".join(f"{kind} {ms:.2f} ms" for kind, ms in worst.items()))
        for kind, ms in worst.items():
            self.assertLess(ms, max(10 * healthy, 50), f"{service}: {kind}")

    def test_of_apple_leaves_the_sip_side_as_fast(self):
        self.through("apns", 0.5)

    def test_of_google_leaves_the_sip_side_as_fast(self):
        self.through("fcm", 0.5)

    def test_of_a_browsers_service_leaves_the_sip_side_as_fast(self):
        self.through("webpush", 0.5)


class Demo(unittest.TestCase):
    def test_shows_what_each_service_saw(self):
        binary = os.environ.get("SIPWAKE_BINARY", "build/release/sipwake")
        words = {
            "webhook": ["x-sipwake-signature: sha256=", '"event": "call"'],
            "apns": ["apns-topic: org.sipwake.demo.voip", '"iss":"DEF1234567"', '"loc-key": "IC_MSG"'],
            "fcm": ["POST /v1/projects/my-project/messages:send", '"alg":"RS256"', '"priority": "HIGH"'],
            "webpush": ["content-encoding: aes128gcm", '"sub":"mailto:', '"event": "call"'],
        }
        plays = {provider: subprocess.Popen([binary, "demo", "--provider", provider], stdout=subprocess.PIPE, text=True)
                 for provider in words}
        for provider, play in plays.items():
            text, _ = play.communicate(timeout=2 * LIMIT)
            with self.subTest(provider):
                self.assertEqual(play.returncode, 0, text)
                for word in words[provider]:
                    self.assertIn(word, text)


if __name__ == "__main__":
    unittest.main()
