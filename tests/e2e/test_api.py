"""Drives every operation of the API's document against the real server, and holds each answer against its schema."""
import itertools
import json
import pathlib
import unittest

from document import Document
from http_client import Client
from support import DOMAIN, EndToEnd, Socket, sleeping_phone
from tls import UdpPhone

try:
    import yaml
except ImportError:
    yaml = None

YAML = pathlib.Path(__file__).resolve().parents[2] / "schema/api.openapi.yaml"
OFFER = "v=0\r\no=alice 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
METHODS = {"GET", "POST", "PATCH", "PUT", "DELETE"}
CSV = b"aor,password\r\nerin@example.com,secret\r\n"


class DrivenByTheDocument(EndToEnd):
    def setUp(self):
        super().setUp()
        self.client = Client(self.server.http, self.server.token)
        self.document = Document(self.client.ask("GET", "/openapi.json").body)
        self.violations, self.answers, self.good = [], 0, set()
        self.password = self.server.out.wait("Password:  ").split()[1]
        self.names = (f"user{number}@{DOMAIN}" for number in itertools.count())

    def check(self, method, path, operation, answer):
        """Holds one answer against what the document says of it."""
        where = f"{method} {path} -> {answer.status}"
        self.answers += 1
        if 200 <= answer.status < 300:
            self.good.add(operation["operationId"])
        said = self.document.answer(operation, answer.status)
        if said is None:
            return self.violations.append(f"{where}: this status is not in the document")
        content = said.get("content", {})
        media = answer.headers.get_content_type() if answer.headers["Content-Type"] else None
        if (media not in content) if content else answer.body:
            return self.violations.append(f"{where}: {media} is not in the document")
        for name, header in said.get("headers", {}).items():
            if header.get("required") and not answer.headers[name]:
                self.violations.append(f"{where}: there is no {name}")
        schema = content.get(media, {}).get("schema")
        if schema and media != "text/event-stream":
            value = answer.json if media.endswith("json") else answer.body.decode()
            self.violations += [f"{where}: {fault}" for fault in self.document.faults(value, schema)]

    def body_of(self, operation):
        """(body, media type) of a request the operation takes."""
        content = operation.get("requestBody", {}).get("content", {})
        if "text/csv" in content:
            return CSV, "text/csv"
        if not content:
            return None, "application/json"
        body = self.document.example(content["application/json"]["schema"])
        if operation["operationId"] == "addUser":
            body["aor"] = next(self.names)
        if operation["operationId"] == "addBan":
            body["address"] = "192.0.2.10"
        if operation["operationId"] == "addRoute":
            body["reject"] = 404
        if operation["operationId"] == "logIn":
            body["password"] = self.password
        if operation["operationId"] == "changePassword":
            body["password"], self.password = self.password, body["new_password"]
        return body, "application/json"

    def new_id(self, path):
        """Of something that may be changed or removed: what the list of this path holds."""
        if path.startswith("/api/v1/tokens"):
            return self.client.ask("POST", "/api/v1/tokens", {"name": "for a moment"}).json["id"]
        if path.startswith("/api/v1/calls"):
            return self.held_call()
        items = self.client.ask("GET", path.split("/{")[0]).json["items"]
        if path.endswith("/ring-test"):
            return self.device_for_ring_test(items)
        if path.endswith("/test-push"):
            return next(device["id"] for device in items if device["platform"])
        if not items and path.startswith("/api/v1/bans"):
            return self.client.ask("POST", "/api/v1/bans", {"address": "192.0.2.9"}).json["id"]
        return items[-1]["id"]

    def device_for_ring_test(self, devices):
        """The first time one that had a test, then one that had none: a test is asked for while another device's runs."""
        if "readRingTest" in self.good:
            return next(device["id"] for device in devices if device["platform"])
        desk = next(device["id"] for device in devices if not device["platform"])
        self.client.ask("POST", f"/api/v1/devices/{desk}/ring-test")
        return desk

    def held_call(self):
        """The id of a call that waits for a phone."""
        alice = UdpPhone(self.server.udp)
        self.addCleanup(alice.close)
        alice.ask_with_digest("INVITE", f"sip:bob@{DOMAIN}", "alice",
                              f"Contact: <sip:alice@{alice.host}>\r\nContent-Type: application/sdp\r\n", OFFER)
        while self.webhook.next_push()["event"] != "call":  # tests of the phone push too
            pass
        return self.client.ask("GET", "/api/v1/calls?state=held").json["items"][0]["id"]

    def concrete(self, path):
        if "{aor}" in path:
            aor = next(self.names)
            if path.startswith("/api/v1/groups"):
                self.client.ask("POST", "/api/v1/groups", {"aor": aor})
            else:
                self.client.ask("POST", "/api/v1/users", {"aor": aor, "password": "p"})
            return path.replace("{aor}", aor)
        if path.startswith("/api/v1/backup/"):
            return self.client.ask("POST", "/api/v1/backup").headers["Location"]
        if "{file}" in path:
            return path.replace("{file}", "none.js")
        if "{secret}" in path:
            return self.client.ask("POST", f"/api/v1/users/bob@{DOMAIN}/provisioning").json["path"]
        if path == "/api/v1/route-test":
            return path + "?number=0301234"
        return path.replace("{id}", str(self.new_id(path))) if "{id}" in path else path

    def drive(self, method, path, operation):
        target = self.concrete(path)
        body, media = self.body_of(operation)
        self.check(method, path, operation, self.client.ask(method, target, body, media=media))

    def drive_wrongly(self, method, path, operation, parameters):
        """What every operation refuses, and how."""
        target = path.replace("{aor}", "alice@example.com").replace("{id}", "1").replace("{file}", "none.js").replace("{secret}", "0")
        ask = lambda expected, *args, **named: self.refused(method, path, operation, expected,
                                                           self.client.ask(method, *args, **named))
        if operation.get("security") != []:
            ask(401, target, token=None)
            ask(401, target, token="sw_nobody")
            needed = operation.get("x-scope") or ("read" if method == "GET" else "write")
            for scope in {"write": ["read"], "admin": ["read", "write"]}.get(needed, []):
                ask(403, target, token=self.tokens[scope])
        ask(400, target + "?odd=1")
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            ask(400, target, b"{")
            ask(400, target, {"odd": 1})
            ask(415, target, b"{}", media="text/plain")
        if any(p["name"] == "limit" for p in parameters):
            ask(400, target + "?limit=0")
            ask(400, target + "?cursor=odd")
        for one in parameters:
            if one["in"] == "query" and ("enum" in one["schema"] or one["schema"].get("type") == "integer"):
                ask(400, target + f"?{one['name']}=odd")

    def refused(self, method, path, operation, status, answer):
        if answer.status != status:
            self.violations.append(f"{method} {path} -> {answer.status} instead of {status}")
        if answer.headers.get_content_type() != "application/problem+json":
            return self.violations.append(f"{method} {path} -> {answer.status} is no problem document")
        self.answers += 1
        problem = {"$ref": "#/components/schemas/Problem"}
        self.violations += [f"{method} {path}: {f}" for f in self.document.faults(answer.json, problem)]

    def test_every_operation_answers_as_the_document_says(self):
        sleeping_phone(self.server, "bob", "bob-1")
        phone = Socket(self.server)
        self.addCleanup(phone.close)
        phone.register("carol")
        self.tokens = {scope: self.client.ask("POST", "/api/v1/tokens", {"name": scope, "scope": scope}).json["token"]
                       for scope in ("read", "write")}
        all_of_them = list(self.document.operations())
        # What is removed is removed last.
        for method, path, operation, parameters in sorted(all_of_them, key=lambda one: one[0] == "DELETE"):
            self.drive_wrongly(method, path, operation, parameters)
            self.drive(method, path, operation)
        expected = {operation["operationId"] for _, _, operation, _ in all_of_them} - {"asset", "logOut"}
        print(f"\noperations: {len(all_of_them)}, with a good answer: {len(self.good)}, "
              f"answers checked: {self.answers}, violations: {len(self.violations)}")
        self.assertEqual(self.violations, [])
        self.assertEqual(expected - self.good, set(), "no good answer was seen of these")

    def test_every_path_knows_the_methods_of_the_document_and_no_other(self):
        known = {}
        for method, path, _, _ in self.document.operations():
            known.setdefault(path, set()).add(method)
        for path, methods in known.items():
            target = path.replace("{aor}", "a@b.example").replace("{id}", "1").replace("{file}", "x").replace("{secret}", "0")
            allowed = self.client.ask("OPTIONS", target).headers["Allow"]
            self.assertEqual(set(allowed.replace(" ", "").split(",")) & METHODS, methods, path)

    @unittest.skipUnless(yaml, "python3-yaml is not installed")
    def test_the_document_that_is_served_is_the_one_in_the_tree(self):
        self.assertEqual(self.document.tree, yaml.safe_load(YAML.read_text()))

    def test_the_page_of_the_document_names_every_operation(self):
        page = self.client.ask("GET", "/docs").body.decode()
        for _, _, operation, _ in self.document.operations():
            self.assertIn(f'id="{operation["operationId"]}"', page)
        self.assertNotIn("<script", page)


if __name__ == "__main__":
    unittest.main()
