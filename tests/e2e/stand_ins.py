"""The push services that stand in for the real ones, as a process beside the server, and phones that they wake."""
import json
import os
import pathlib
import queue
import re
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from support import DOMAIN, LIMIT, PASSWORD, Server, Socket, digest

STAND_IN = os.environ.get("SIPWAKE_STAND_IN", "build/release/tests/push_stand_in")
SERVICES = ("apns", "sandbox", "fcm", "webpush")


class StandIns:
    """The stand-ins' process: what each service saw, and orders to fail."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sipwake-push-"))
        self.process = subprocess.Popen([STAND_IN, str(self.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.urls = json.loads(self.process.stdout.readline())
        self.seen = {service: queue.Queue() for service in SERVICES}
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
        """What the service does with its next `times` requests instead of answering well, or what it knows."""
        self.process.stdin.write(json.dumps({"service": service, **what}) + "\n")
        self.process.stdin.flush()
        self.done.get(timeout=LIMIT)

    def requests(self):
        """How many came since this was asked last."""
        count = 0
        for seen in self.seen.values():
            while not seen.empty():
                seen.get()
                count += 1
        return count

    def config(self, wake="4s"):
        return f"""
            [abuse]
            exempt = ["127.0.0.0/8"]
            [wake]
            timeout = "{wake}"
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
            [push.webpush]
            subject = "mailto:ops@example.com"
            key_file = "{self.folder}/webpush.pem"
            ca_file = "{self.folder}/ca.pem"
            private_addresses = true
            """

    def coordinates(self, service, token=None):
        """What a phone's Contact says."""
        if service == "fcm":
            return f"pn-provider=fcm;pn-param=my-project;pn-prid={token or 'TOKEN-1'}"
        if service == "webpush":
            browser = self.urls["browser"]
            return (f"pn-provider=webpush;pn-prid={browser['url']};x-pn-p256dh={browser['p256dh']};"
                    f"x-pn-auth={browser['auth']}")
        provider = "apns.dev" if service == "sandbox" else "apns"
        return f"pn-provider={provider};pn-param=DEF1234567.com.example.phone.voip;pn-prid={token or 'ab' * 32}:voip"

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=LIMIT)
        shutil.rmtree(self.folder, ignore_errors=True)


class Caller(Socket):
    """Calls, and leaves it ringing."""

    def call(self, user, to, call_id):
        """The moment at which the INVITE that is taken left."""
        authorization = ""
        for cseq in (1, 2):
            left = time.monotonic()
            self.send(self._request("INVITE", user, to, call_id, cseq, authorization))
            answer = self.receive("SIP/2.0 ")
            if " 407 " not in answer.split("\r\n")[0]:
                self.taken = (user, to, call_id, cseq)
                return left
            self.send(self._request("ACK", user, to, call_id, cseq, "", re.search(r"\r\nTo: (.*)\r\n", answer)[1]))
            challenge = re.search(r"Proxy-Authenticate: (.*)", answer).group(1)
            value = digest(challenge, user, PASSWORD, "INVITE", f"sip:{to}@{DOMAIN}")
            authorization = f"Proxy-Authorization: {value}\r\n"
        raise AssertionError(answer)

    def cancel(self):
        """Nobody waits for what comes of it."""
        self.send(self._request("CANCEL", *self.taken, ""))

    def _request(self, method, user, to, call_id, cseq, extra, to_value=None):
        return (f"{method} sip:{to}@{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{self.port};rport;"
                f"branch=z9hG4bK{call_id}{cseq}\r\nMax-Forwards: 70\r\nFrom: <sip:{user}@{DOMAIN}>;tag=c\r\n"
                f"To: {to_value or f'<sip:{to}@{DOMAIN}>'}\r\nCall-ID: {call_id}\r\nCSeq: {cseq} {method}\r\n"
                f"Contact: <sip:{user}@127.0.0.1:{self.port}>\r\n{extra}Content-Length: 0\r\n\r\n")


class Pushed(unittest.TestCase):
    """A server that pushes through the stand-ins; alice calls, bob sleeps."""

    wake = "4s"

    def setUp(self):
        self.services = StandIns()
        self.addCleanup(self.services.close)
        self.server = Server(config=self.services.config(self.wake))
        self.addCleanup(self.server.close)
        self.server.add_users("alice", "bob")

    def sleeping(self, service="apns", token=None, user="bob"):
        self.coordinates = self.services.coordinates(service, token)
        phone = Socket(self.server)
        phone.register(user, contact_params=";" + self.coordinates,
                       header_params=f';+sip.instance="<urn:uuid:{user}-1>"')
        phone.close()

    def ring(self, call_id, user="bob"):
        """A call that is left ringing; the timeline tells how its push went."""
        caller = Caller(self.server)
        self.addCleanup(caller.close)
        return caller.call("alice", user, call_id)

    def entries(self, call_id, *what):
        return [entry["detail"] for entry in self.server.call(call_id)["timeline"] if entry["what"] in what]

    def eventually(self, look, what):
        """What `look` gives once it gives something; it is asked again when the server has logged a line."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            start = len(self.server.log.seen)
            if found := look():
                return found
            try:
                self.server.log.wait("push.", start=start, limit=0.2)
            except AssertionError:
                pass  # it has been logged already
        raise AssertionError(f"no {what}")

    def waits_for(self, call_id, *what):
        """The detail of the first entry of one of these kinds."""
        def look():
            try:
                return self.entries(call_id, *what)
            except AssertionError:
                return None  # the call is not stored yet
        return self.eventually(look, f"{what} for {call_id}")[0]

    def provider(self, name):
        items = self.server.api("GET", "/api/v1/push/providers")["items"]
        return next(item for item in items if item["provider"] == name)

    def device(self, user="bob"):
        items = self.server.api("GET", f"/api/v1/users/{user}@{DOMAIN}/devices")["items"]
        return items[0]
