"""Thirty-odd wrong inputs at the API, and what is answered to each. The server is well after all of them."""
import json
import time
import unittest

from http_client import Client
from support import DOMAIN, LIMIT, EndToEnd

USERS = "/api/v1/users"
GOOD = {"aor": f"dora@{DOMAIN}", "password": "p"}


class WrongInputs(EndToEnd):
    def setUp(self):
        super().setUp()
        self.client = Client(self.server.http, self.server.token)
        self.lines = []

    def expect(self, name, status, answer, field=None):
        """The answer is this problem, and says whom to blame."""
        self.lines.append(f"{name:<58} {answer.status} {answer.json.get('field', '-')}: {answer.json['detail']}")
        with self.subTest(name):
            self.assertEqual(answer.status, status, answer.body)
            self.assertEqual(answer.headers.get_content_type(), "application/problem+json")
            self.assertEqual(answer.json["status"], status)
            if field:
                self.assertEqual(answer.json.get("field"), field)

    def post(self, body, path=USERS, **how):
        return self.client.ask("POST", path, body, **how)

    def raw(self, head, body=b"", token=None):
        token = token or self.server.token
        return self.client.raw(f"{head}\r\nHost: t\r\nAuthorization: Bearer {token}\r\n".encode() + body)

    def bodies(self):
        deep = b"[" * 10_000 + b"]" * 10_000
        self.expect("bad JSON", 400, self.post(b'{"aor": '))
        self.expect("no JSON object", 400, self.post(b"[]"))
        self.expect("JSON 10,000 deep", 400, self.post(b'{"aor": ' + deep + b"}"))
        self.expect("a field named twice", 400, self.post(b'{"aor":"a@b","aor":"c@d","password":"p"}'), "aor")
        self.expect("a field nobody knows", 400, self.post(GOOD | {"admin": True}), "admin")
        self.expect("a field is missing", 400, self.post({"aor": "a@b.example"}), "password")
        self.expect("a number for a text", 400, self.post(GOOD | {"password": 7}), "password")
        self.expect("a list for a text", 400, self.post(GOOD | {"aor": ["a@b"]}), "aor")
        self.expect("null for a text", 400, self.post(GOOD | {"display_name": None}), "display_name")
        self.expect("a text for a flag", 400,
                    self.client.ask("PATCH", f"{USERS}/alice@{DOMAIN}", {"enabled": "yes"}), "enabled")
        self.expect("a number beyond all bounds", 400,
                    self.post({"name": "n", "expires_in_s": 10 ** 30}, "/api/v1/tokens"), "expires_in_s")
        self.expect("a text of 100 kB", 400, self.post(GOOD | {"display_name": "x" * 100_000}), "display_name")
        self.expect("control characters", 400, self.post(GOOD | {"display_name": "a\r\nb"}), "display_name")
        self.expect("not UTF-8", 400, self.post(b'{"aor":"a@b.example","password":"\xff\xfe"}'))
        self.expect("an empty change", 400, self.client.ask("PATCH", f"{USERS}/alice@{DOMAIN}", {}))
        self.expect("XML for JSON", 415, self.post(b"<user/>", media="application/xml"))
        self.expect("a CSV with a row too short", 400,
                    self.post(b"aor,password\r\na@b.example\r\n", USERS + ".csv", media="text/csv"))
        self.expect("a body of 1 GB, announced", 413,
                    self.raw(f"POST {USERS} HTTP/1.1", b"Content-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n"))
        self.expect("a body of 2 MB, in one chunk", 413,
                    self.raw(f"POST {USERS} HTTP/1.1", b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                             b"200000\r\n" + b" " * 1_200_000))
        self.expect("a head of 20 kB", 431, self.raw("GET / HTTP/1.1", b"X: " + b"x" * 20_000 + b"\r\n\r\n"))
        self.expect("no HTTP at all", 400, self.client.raw(b"INVITE sip:bob@example.com SIP/2.0\r\n\r\n"))

    def names(self):
        injection = "x'; DROP TABLE user; --"
        made = self.post({"aor": f"eve@{DOMAIN}", "password": injection, "display_name": f"<img src=x> {injection}"})
        self.lines.append(f"{'SQL and HTML in a name and a password':<58} {made.status}: kept as text")
        self.assertEqual(made.status, 201)
        self.assertEqual(made.json["display_name"], f"<img src=x> {injection}")
        self.assertEqual(made.headers["X-Content-Type-Options"], "nosniff")
        self.expect("SQL as an address of record", 400, self.post(GOOD | {"aor": injection}), "aor")
        self.expect("SQL in a path", 404, self.client.ask("GET", f"{USERS}/x'%20OR%20'1'='1"))
        self.expect("SQL in a filter", 400, self.client.ask("GET", "/api/v1/calls?user=x'%20OR%201=1--"), "user")
        self.expect("a time that is none", 400, self.client.ask("GET", "/api/v1/calls?from=yesterday"), "from")
        self.expect("a cursor of another list", 400, self.client.ask("GET", USERS + "?cursor=d1"), "cursor")
        self.expect("a limit of a million", 400, self.client.ask("GET", USERS + "?limit=1000000"), "limit")
        self.expect("a parameter nobody knows", 400, self.client.ask("GET", USERS + "?is_admin=1"), "is_admin")
        self.expect("a method nobody knows", 405, self.client.ask("PUT", USERS, {}))
        for trick in ("/assets/../../etc/passwd", "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/api/v1/../../etc/passwd",
                      "/assets/..%00.js", "//etc/passwd"):
            self.expect(f"a path trick: {trick}", 404, self.client.ask("GET", trick, token=None)
                        if trick.startswith("/assets") else self.client.ask("GET", trick))
        self.expect("a damaged escape", 400, self.client.ask("GET", USERS + "/%zz"))

    def strangers(self):
        self.expect("no token", 401, self.client.ask("GET", USERS, token=None))
        self.expect("a token nobody knows", 401, self.client.ask("GET", USERS, token="sw_guess"))
        self.expect("a password as Basic", 401,
                    self.client.ask("GET", USERS, token=None, headers={"Authorization": "Basic YTpi"}))
        looker = self.post({"name": "looker", "scope": "read"}, "/api/v1/tokens").json["token"]
        self.expect("a token that may only read", 403, self.client.ask("POST", USERS, GOOD, token=looker))
        self.expect("... nor see the tokens", 403, self.client.ask("GET", "/api/v1/tokens", token=looker))
        brief = self.post({"name": "brief", "expires_in_s": 1}, "/api/v1/tokens").json["token"]
        deadline = time.monotonic() + LIMIT
        while (late := self.client.ask("GET", USERS, token=brief)).status == 200:
            self.assertLess(time.monotonic(), deadline, "the token never expired")
        self.expect("a token that has expired", 401, late)
        gone = self.post({"name": "gone"}, "/api/v1/tokens").json
        self.client.ask("DELETE", f"/api/v1/tokens/{gone['id']}")
        self.expect("a token that was revoked", 401, self.client.ask("GET", USERS, token=gone["token"]))

    def sessions(self):
        password = self.server.out.wait("Password:  ").split()[1]
        page = Client(self.server.http)
        self.expect("a wrong password", 403, page.ask("POST", "/api/v1/login", {"password": "wrong"}), "password")
        login = page.ask("POST", "/api/v1/login", {"password": password})
        cookie = {"Cookie": login.headers["Set-Cookie"].split(";")[0]}
        self.assertIn("HttpOnly", login.headers["Set-Cookie"])
        self.assertIn("SameSite=Strict", login.headers["Set-Cookie"])
        self.expect("a cross-site POST: the cookie, but no X-CSRF-Token", 403,
                    page.ask("POST", USERS, GOOD, cookie | {"Origin": "https://evil.example"}))
        self.expect("... with a guessed X-CSRF-Token", 403,
                    page.ask("POST", USERS, GOOD, cookie | {"X-CSRF-Token": "0" * 64}))
        stamp = {"X-CSRF-Token": login.json["csrf"]}
        self.assertEqual(page.ask("POST", "/api/v1/logout", headers=cookie | stamp).status, 204)
        self.expect("a session replayed after its log-out", 401, page.ask("GET", USERS, headers=cookie))

    def races(self):
        user = f"{USERS}/alice@{DOMAIN}"
        tag = self.client.ask("GET", user).headers["ETag"]
        self.assertEqual(self.client.ask("PATCH", user, {"display_name": "A"}, {"If-Match": tag}).status, 200)
        self.expect("a change of what was changed meanwhile", 412,
                    self.client.ask("PATCH", user, {"display_name": "B"}, {"If-Match": tag}), "If-Match")
        self.expect("If-Match where there are no versions", 400,
                    self.client.ask("DELETE", "/api/v1/devices/1", headers={"If-Match": tag}), "If-Match")
        key = {"Idempotency-Key": "once"}
        self.assertEqual(self.client.ask("POST", USERS, GOOD, key).status, 201)
        self.assertEqual(self.client.ask("POST", USERS, GOOD, key).headers["Idempotency-Replayed"], "true")
        self.expect("a key used for another request", 422,
                    self.client.ask("POST", USERS, GOOD | {"password": "q"}, key), "Idempotency-Key")
        self.expect("a user that exists", 409, self.client.ask("POST", USERS, GOOD), "aor")

    def test_each_wrong_input_is_answered_and_does_no_harm(self):
        for part in (self.bodies, self.names, self.strangers, self.sessions, self.races):
            part()
        print(f"\n{len(self.lines)} wrong inputs:\n" + "\n".join(self.lines))
        self.assertGreaterEqual(len(self.lines), 30)
        self.assertEqual(self.client.ask("GET", "/readyz").body, b"ready\n")
        aors = [user["aor"] for user in self.client.ask("GET", USERS).json["items"]]
        self.assertEqual(aors, [f"{name}@{DOMAIN}" for name in ("alice", "bob", "carol", "eve", "dora")])
        self.assertNotIn("sw_", json.dumps(self.client.ask("GET", "/api/v1/audit").json))


if __name__ == "__main__":
    unittest.main()
