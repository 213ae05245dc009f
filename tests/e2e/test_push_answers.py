"""What each documented answer of a push service leads to, and the table of it in docs/push.md.

The table is made by these tests: they fail when it says something else. To write it anew: SIPWAKE_WRITE_TABLE=1.
"""
import os
import pathlib
import re
import time
import unittest

from stand_ins import Pushed

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "push.md"
ENDED = ("push_accepted", "push_refused", "push_failed")
LATER = 4102444800000  # 2100, ms
ALWAYS = 99


class Table(Pushed):
    """One row an answer: what was done, and what is told where."""

    wake = "3s"
    service = ""
    good = "push_accepted"

    def row(self, said, orders, fresh=False):
        """`orders`: to the stand-ins before the call."""
        if fresh:  # a refused key stops the next pushes too
            self.server.close()
            self.services.close()
            self.setUp()
        provider = {"sandbox": "apns"}.get(self.service, self.service)
        self.number = getattr(self, "number", 0) + 1
        user = f"bob{self.number}"
        self.server.add_users(user)
        token = f"TOKEN-{self.number}" if self.service == "fcm" else f"{self.number:02x}" * 32
        self.sleeping(self.service, token, user)
        self.services.requests()
        for service, order in orders:
            self.services.order(service, **order, **({"gone": token} if "since" in order else {}))
        before = self.provider(provider)["last_error_at"]
        call_id = f"{self.service}-{self.number}"
        self.ring(call_id, user)
        detail = self.waits_for(call_id, *ENDED)
        kind = next(e["what"] for e in self.server.call(call_id)["timeline"] if e["what"] in ENDED)
        device = self.eventually(lambda: self.asked(user), "result")
        health = self.provider(provider)
        error = health["last_error"] if health["last_error_at"] != before else None
        for service in {self.service, *(service for service, _ in orders)}:
            self.services.order(service, forget=True)  # what was seen before has been said when it answers
        return [said, str(self.services.requests()), f"{kind}: {self.tidy(detail)}", self.tidy(device["last_result"]),
                device["token_dead"] or "good", health["state"], self.tidy(error or "")]

    def asked(self, user):
        """The device once the push's end is stored with it."""
        device = self.device(user)
        return device if device["last_result"] else None

    @staticmethod
    def tidy(text):
        text = re.sub(r"apns-id [0-9a-f-]{36}", "apns-id …", text or "")
        return re.sub(r"127\.0\.0\.1:\d+", "…", text)

    def compare(self, rows):
        head = ["answer", "requests", "timeline of the call", "`last_result` of the device", "its token",
                "state of the service", "`last_error`"]
        lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]]
        table = "\n".join(line.replace("|  |", "| |") for line in lines)
        begin, end = f"<!-- {self.service} -->\n", f"\n<!-- end {self.service} -->"
        text = PAGE.read_text()
        before, rest = text.split(begin)
        inside, after = rest.split(end)
        if os.environ.get("SIPWAKE_WRITE_TABLE"):
            PAGE.write_text(before + begin + table + end + after)
            return
        self.maxDiff = None
        self.assertEqual(inside, table)


def answer(service, status, reason, times=ALWAYS, **more):
    return (service, {"status": status, "reason": reason, "times": times, **more})


class Apple(Table):
    service = "apns"

    def test_each_answer(self):
        def one(status, reason, **more):
            return [answer("apns", status, reason, **more)]

        def once(status, reason):
            return one(status, reason, times=1)

        def both(status, reason):
            return one(status, reason) + [answer("sandbox", status, reason)]

        rows = [
            self.row("200", []),
            self.row("400 BadDeviceToken, in production alone", one(400, "BadDeviceToken")),
            self.row("400 BadDeviceToken, in both environments", both(400, "BadDeviceToken")),
        ]
        for reason in ("DeviceTokenNotForTopic", "TopicDisallowed", "BadTopic", "MissingTopic"):
            rows.append(self.row(f"400 {reason}", one(400, reason)))
        for status, reason in ((400, "BadPriority"), (400, "IdleTimeout"), (404, "BadPath"), (405, "MethodNotAllowed")):
            rows.append(self.row(f"{status} {reason}", one(status, reason)))
        gone, early = [("apns", {"since": LATER})], [("apns", {"since": 1})]
        rows += [
            self.row("410 Unregistered, since after its last REGISTER", gone),
            self.row("410 Unregistered, since before its last REGISTER", early),
            self.row("410 ExpiredToken, since after its last REGISTER", one(410, "ExpiredToken")),
            self.row("413 PayloadTooLarge, once", once(413, "PayloadTooLarge")),
            self.row("413 PayloadTooLarge, always", one(413, "PayloadTooLarge")),
            self.row("429 TooManyRequests, once", once(429, "TooManyRequests")),
            self.row("429 TooManyRequests, always", one(429, "TooManyRequests")),
            self.row("429 TooManyProviderTokenUpdates, once", once(429, "TooManyProviderTokenUpdates")),
            self.row("500 InternalServerError, once", once(500, "InternalServerError")),
            self.row("503 ServiceUnavailable, once", once(503, "ServiceUnavailable")),
            self.row("503 Shutdown, always", one(503, "Shutdown")),
            self.row("none, the connection is closed, once", one(0, "", close=True, times=1)),
            self.row("none within 2 s, once", one(0, "", mute=True, times=1)),
            self.row("403 ExpiredProviderToken, of a young token", one(403, "ExpiredProviderToken"), fresh=True),
            self.row("403 InvalidProviderToken", one(403, "InvalidProviderToken"), fresh=True),
            self.row("403 BadCertificateEnvironment", one(403, "BadCertificateEnvironment"), fresh=True),
        ]
        self.compare(rows)


class Google(Table):
    service = "fcm"

    def test_each_answer(self):
        def one(status, reason, **more):
            return [answer("fcm", status, reason, **more)]

        rows = [
            self.row("200", []),
            self.row("404 UNREGISTERED", one(404, "UNREGISTERED")),
            self.row("400 INVALID_ARGUMENT", one(400, "INVALID_ARGUMENT")),
            self.row("403 SENDER_ID_MISMATCH", one(403, "SENDER_ID_MISMATCH")),
            self.row("401 THIRD_PARTY_AUTH_ERROR", one(401, "THIRD_PARTY_AUTH_ERROR")),
            self.row("401 UNAUTHENTICATED, once", one(401, "UNAUTHENTICATED", times=1)),
            self.row("429 QUOTA_EXCEEDED with Retry-After: 1, once",
                     one(429, "QUOTA_EXCEEDED", times=1, retry_after="1")),
            self.row("429 QUOTA_EXCEEDED with Retry-After: 60", one(429, "QUOTA_EXCEEDED", retry_after="60")),
            self.row("503 UNAVAILABLE, once", one(503, "UNAVAILABLE", times=1)),
            self.row("503 UNAVAILABLE, always", one(503, "UNAVAILABLE")),
            self.row("500 INTERNAL, once", one(500, "INTERNAL", times=1)),
            self.row("401 UNAUTHENTICATED, always", one(401, "UNAUTHENTICATED"), fresh=True),
            self.row("403 PERMISSION_DENIED", one(403, "PERMISSION_DENIED"), fresh=True),
        ]
        self.compare(rows)


class Browsers(Table):
    service = "webpush"

    def test_each_answer(self):
        def one(status, **more):
            return [answer("webpush", status, "", **more)]

        rows = [
            self.row("201", []),
            self.row("404", one(404)),
            self.row("410", one(410)),
            self.row("400", one(400)),
            self.row("413, once", one(413, times=1)),
            self.row("301 to another address", one(301)),
            self.row("429 with Retry-After: 1, once", one(429, times=1, retry_after="1")),
            self.row("500, once", one(500, times=1)),
            self.row("503, always", one(503)),
            self.row("403", one(403), fresh=True),
        ]
        self.compare(rows)


if __name__ == "__main__":
    unittest.main()
