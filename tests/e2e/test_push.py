"""Calls held for phones that Apple and Google wake, against stand-ins as strict as the real services."""
import json
import os
import pathlib
import queue
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from sipp import Sipp, register
from support import LIMIT, Server, Socket
from test_calls import answered_call, phone_answers

STAND_IN = os.environ.get("SIPWAKE_STAND_IN", "build/release/tests/push_stand_in")
APPLE_TOKEN = "ab" * 32


class StandIns:
    """The stand-ins' process: what each service saw, and orders to fail."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sipwake-push-"))
        self.process = subprocess.Popen([STAND_IN, str(self.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.urls = json.loads(self.process.stdout.readline())
        self.seen = {service: queue.Queue() for service in self.urls}
        self.done = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with self.process.stdout as lines:
            for line in lines:
                said = json.loads(line)
                (self.done if "done" in said else self.seen[said["service"]]).put(said)

    def next(self, service):
        return self.seen[service].get(timeout=LIMIT)

    def order(self, service, **what):
        self.process.stdin.write(json.dumps({"service": service, **what}) + "\n")
        self.process.stdin.flush()
        self.done.get(timeout=LIMIT)

    def config(self):
        return f"""
            [wake]
            timeout = "4s"
            [[push.apns]]
            key_file = "{self.folder}/AuthKey.p8"
            key_id = "ABC1234567"
            team_id = "DEF1234567"
            topics = ["com.example.phone"]
            endpoint = "{self.urls["apns"]}"
            sandbox_endpoint = "{self.urls["sandbox"]}"
            ca_file = "{self.folder}/ca.pem"
            [[push.fcm]]
            service_account_file = "{self.folder}/fcm.json"
            endpoint = "{self.urls["fcm"]}"
            ca_file = "{self.folder}/ca.pem"
            """

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=LIMIT)
        shutil.rmtree(self.folder, ignore_errors=True)


class Push(unittest.TestCase):
    def setUp(self):
        self.services = StandIns()
        self.addCleanup(self.services.close)
        self.server = Server(config=self.services.config())
        self.addCleanup(self.server.close)
        self.server.add_users("alice", "bob")

    def sleeping(self, provider="apns", param="DEF1234567.com.example.phone.voip", prid=APPLE_TOKEN + ":voip"):
        self.coordinates = f"pn-provider={provider};pn-param={param};pn-prid={prid}"
        phone = Socket(self.server)
        phone.register("bob", contact_params=";" + self.coordinates,
                       header_params=';+sip.instance="<urn:uuid:bob-1>"')
        phone.close()

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

    def entries(self, call_id, what):
        return [entry["detail"] for entry in self.server.call(call_id)["timeline"] if entry["what"] == what]

    def ring(self, call_id):
        """A call that is left ringing; the timeline tells how its push went."""
        caller = Sipp(self.server, answered_call("alice", "bob"), call_id)
        self.addCleanup(caller.stop)

    def waits_for(self, call_id, what):
        """The detail of the first entry of this kind."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            try:
                if found := self.entries(call_id, what):
                    return found[0]
            except AssertionError:
                pass
            self.server.log.wait("push.", limit=1)
        raise AssertionError(f"no {what} for {call_id}")

    def provider(self, name):
        items = self.server.api("GET", "/api/v1/push/providers")["items"]
        return next(item for item in items if item["provider"] == name)

    def device(self):
        return self.server.api("GET", "/api/v1/devices")["items"][0]


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
        self.sleeping(provider="apns.dev")
        self.assertEqual(self.call_is_answered("sandbox", "sandbox")["status"], 200)

    def test_through_apples_sandbox_when_only_that_knows_the_token(self):
        self.services.order("apns", known="00" * 32)
        self.sleeping()
        self.assertEqual(self.call_is_answered("learned", "sandbox")["status"], 200)
        self.assertEqual(self.services.next("apns")["reason"], "BadDeviceToken")

    def test_through_google(self):
        self.sleeping("fcm", "my-project", "TOKEN-1")
        seen = self.call_is_answered("google", "fcm")
        self.assertEqual(seen["path"], "/v1/projects/my-project/messages:send")
        self.assertEqual(seen["body"]["token"], "TOKEN-1")
        self.assertEqual(seen["body"]["android"]["priority"], "HIGH")
        self.assertEqual(seen["body"]["data"]["call-id"], "google")
        self.assertEqual(self.provider("fcm")["state"], "ready")


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
        self.sleeping("fcm", "my-project", "TOKEN-1")
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
        self.assertEqual(text, "good  apns DEF1234567 com.example.phone: takes our credentials (it said "
                               "400 BadDeviceToken in both environments)\n"
                               "good  fcm my-project: takes our credentials (it said 404 UNREGISTERED)\n")
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

    def test_of_any_kind_leaves_the_sip_side_as_fast(self):
        self.sleeping()
        healthy = self.options_p99_ms()
        worst = {}
        for kind, order in {"hangs": {"mute": True}, "500": {"status": 500, "reason": "InternalServerError"},
                            "10 MB": {"status": 500, "body_bytes": 10_000_000}, "closes": {"close": True}}.items():
            self.services.order("apns", times=6, **order)
            self.ring("trouble-" + kind.replace(" ", "-"))
            self.services.next("apns")
            worst[kind] = self.options_p99_ms()
        print(f"\nOPTIONS p99: healthy {healthy:.2f} ms, "
              + ", ".join(f"{kind} {ms:.2f} ms" for kind, ms in worst.items()))
        for kind, ms in worst.items():
            self.assertLess(ms, max(10 * healthy, 50), kind)


if __name__ == "__main__":
    unittest.main()
