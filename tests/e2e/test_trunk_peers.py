"""Trunks with peers that are not ours: sipp as the provider both ways, certificates and passwords both ways, and a provider that goes and comes back."""
import datetime
import pathlib
import socket
import ssl
import sys
import tempfile
import threading
import time
import unittest

from http_client import Client
from sipp import SDP, SECOND, Sipp, in_dialog, receive_response, register, request, send
from support import DOMAIN, LIMIT, EndToEnd
from test_calls import answered_call, phone_answers
from test_trunks import PROVIDER, Provider
from tls import Authority, TlsPhone, UdpPhone, make_certificate, response_to, trusting


class WithTrunks(EndToEnd):
    def setUp(self):
        super().setUp()
        self.client = Client(self.server.http, self.server.token)

    def made(self, kind, **body):
        answer = self.client.ask("POST", f"/api/v1/{kind}", body)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def udp_phone(self):
        phone = UdpPhone(self.server.udp)
        self.addCleanup(phone.close)
        return phone

    def final(self, phone):
        """The status line of the final answer."""
        while (answer := phone.next()).startswith("SIP/2.0 1"):
            pass
        return answer.split("\r\n")[0]

    def is_called_and_busy(self, phone):
        """The INVITE that rings this phone, which declines it."""
        invite = phone.next()
        self.assertTrue(invite.startswith("INVITE"), invite)
        phone.send(response_to(invite, tag="busy").replace("200 OK", "486 Busy Here"))
        return invite


class SippAsTheProvider(WithTrunks):
    def sipp(self, pieces, call_id, **more):
        sipp = Sipp(self.server, pieces, call_id, **more)
        self.addCleanup(sipp.stop)
        return sipp

    def free_ports(self):
        """Two at which nobody listens."""
        kind = socket.AF_INET, socket.SOCK_DGRAM
        with socket.socket(*kind) as one, socket.socket(*kind) as other:
            for udp in (one, other):
                udp.bind((PROVIDER, 0))
            return one.getsockname()[1], other.getsockname()[1]

    def test_calls_leave_by_its_second_place_when_the_first_is_dead_and_come_in_from_it(self):
        dead, port = self.free_ports()
        self.made("trunks", name="provider", targets=[f"{PROVIDER}:{dead};priority=1", f"{PROVIDER}:{port};priority=2"])
        self.made("routes", name="out", callee="_0X.", strip=1, prepend="49", trunk="provider")
        self.made("routes", name="in", **{"from": "provider"}, callee="4930555", user="bob")
        provider = self.sipp(phone_answers(), "out", host=PROVIDER, port=port)
        self.sipp(answered_call("alice", "0301234"), "out").finish()
        provider.finish()
        call = self.server.call("out")
        self.assertEqual(call["end_reason"], "answered")
        print(f"(the second place answered {self.seconds_to_answer(call):.3f} s after the call came) ", end="", file=sys.stderr)
        self.called_by_the_provider()

    def seconds_to_answer(self, call):
        at = {entry["what"]: datetime.datetime.fromisoformat(entry["at"]) for entry in reversed(call["timeline"])}
        return (at["answered"] - at["invite"]).total_seconds()

    def called_by_the_provider(self):
        bob = self.sipp(register("bob", push=False) + phone_answers(), "in")
        self.server.log.wait("register.ok", "aor=bob@")
        caller = (send(request("INVITE", "49171", 2, "4930555", SECOND, body=SDP, extra="Content-Type: application/sdp\n"))
                  + receive_response(100, optional=True) + receive_response(180, optional=True) + receive_response(200, rrs=True)
                  + send(in_dialog("ACK", 2, "49171", "4930555"), retransmit=False)
                  + send(in_dialog("BYE", 3, "49171", "4930555")) + receive_response(200))
        self.sipp(caller, "in", host=PROVIDER).finish()
        bob.finish()
        self.assertEqual(self.server.call("in")["callee"], f"bob@{DOMAIN}")


class LostAndRegained(WithTrunks):
    def state(self):
        return self.client.ask("GET", "/api/v1/trunks/provider").json["state"]["registration"]

    def test_a_provider_that_refuses_a_refresh_is_registered_at_again_and_takes_calls(self):
        provider = Provider()
        self.addCleanup(provider.close)
        provider.expires = 1
        self.made("trunks", name="provider", domain="provider.example", username="me", password="secret", register=True,
                  targets=[f"{PROVIDER}:{provider.port}"])
        self.made("routes", name="out", callee="_0X.", trunk="provider")
        self.server.log.wait("trunk.registered")
        self.assertEqual(self.state(), {"state": "registered", "why": None})
        provider.alive = False
        self.server.log.wait("trunk.registration_failed", "503")
        refused = time.monotonic()
        self.assertEqual(self.state(), {"state": "failed", "why": "503 Out Of Order"})
        provider.alive, provider.expires = True, 60
        seen = len(self.server.log.seen)
        self.server.log.wait("trunk.registered", start=seen)
        self.assertGreater(time.monotonic() - refused, 1, "it was not left alone for a while")
        self.assertEqual(self.state(), {"state": "registered", "why": None})
        alice = self.udp_phone()
        alice.ask_with_digest("INVITE", f"sip:0301234@{DOMAIN}", "alice", f"Contact: <sip:alice@{alice.host}>\r\n")
        self.assertEqual(self.final(alice), "SIP/2.0 200 OK")
        provider.wait(r"\AINVITE sip:0301234@provider.example [\s\S]*Authorization: Digest username=\"me\"")


class ByPassword(WithTrunks):
    def test_a_trunk_that_logs_in_calls_by_the_routes_for_it(self):
        self.made("trunks", name="carrier", targets=["192.0.2.1"], inbound_username="carrier", inbound_password="secret")
        self.made("routes", name="in", **{"from": "carrier"}, callee="4930555", user="bob")
        bob, carrier = self.udp_phone(), self.udp_phone()
        bob.register("bob")
        carrier.ask_with_digest("INVITE", f"sip:4930555@{DOMAIN}", "carrier", f"Contact: <sip:c@{carrier.host}>\r\n")
        self.is_called_and_busy(bob)
        self.assertIn(" 486 ", self.final(carrier))

    def test_a_wrong_password_makes_nobody_a_trunk(self):
        self.made("trunks", name="carrier", targets=["192.0.2.1"], inbound_username="carrier", inbound_password="another")
        carrier = self.udp_phone()
        carrier.ask_with_digest("INVITE", f"sip:bob@{DOMAIN}", "carrier", f"Contact: <sip:c@{carrier.host}>\r\n")
        self.assertIn(" 407 ", self.final(carrier))


class ByCertificate(WithTrunks):
    """Over TLS, with an authority of the provider's."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sipwake-trunk-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.ours, key = make_certificate(self.folder, "sip.example")
        self.theirs = make_certificate(self.folder, "provider.example")
        self.authority = Authority(self.folder)
        self.config = (f'[tls]\ncertificate = "{self.ours}"\nprivate_key = "{key}"\nclient_ca = "{self.authority.root}"\n'
                       f'require_client_certificate = false\npeer_ca = "{self.theirs[0]}"\n'
                       '[[listen]]\ntransport = "tls"\naddress = "127.0.0.1:0"\n')
        super().setUp()

    def caller(self, identity=None):
        context = trusting(self.ours)
        if identity:
            context.load_cert_chain(*identity)
        port = int(self.server.out.wait("sip   tls ").rsplit(":", 1)[1])
        phone = TlsPhone(port, context)
        self.addCleanup(phone.close)
        return phone

    def test_who_shows_it_is_the_trunk_and_who_does_not_is_asked_for_a_password(self):
        self.made("trunks", name="provider", targets=["192.0.2.1"], inbound_certificate="sip.provider.example")
        self.made("routes", name="in", **{"from": "provider"}, callee="4930555", user="bob")
        bob = self.udp_phone()
        bob.register("bob")
        provider = self.caller(self.authority.certificate_for("other.example", "sip.provider.example"))
        provider.write("INVITE", f"sip:4930555@{DOMAIN}", "49171", f"Contact: <sip:p@{provider.host};transport=tls>\r\n")
        self.is_called_and_busy(bob)
        self.assertIn(" 486 ", self.final(provider))
        for stranger in (None, make_certificate(self.folder, "sip.provider.example"),
                         self.authority.certificate_for("*.provider.example"), self.authority.certificate_for("x.example")):
            caller = self.caller(stranger)
            caller.write("INVITE", f"sip:bob@{DOMAIN}", "49171", f"Contact: <sip:p@{caller.host};transport=tls>\r\n")
            self.assertIn(" 407 ", self.final(caller))

    def place(self, trusted):
        """Where the provider listens, and wants a certificate by `trusted`; what it hears of the first who has one."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        listener.settimeout(LIMIT)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.theirs)
        context.load_verify_locations(trusted)
        context.verify_mode = ssl.CERT_REQUIRED
        heard = []

        def serve():
            connection = listener.accept()[0]
            try:
                with context.wrap_socket(connection, server_side=True) as stream:
                    invite = stream.recv(65536).decode()
                    heard.append((stream.getpeercert()["subjectAltName"], invite))
                    stream.sendall(response_to(invite, tag="p").replace("200 OK", "486 Busy Here").encode())
                    stream.recv(65536)  # the ACK
            except ssl.SSLError as error:
                heard.append((error.reason, ""))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        self.addCleanup(thread.join, LIMIT)
        return listener.getsockname()[1], heard

    def test_we_show_ours_and_a_place_that_does_not_trust_it_is_left_for_the_next(self):
        first, refused = self.place(self.theirs[0])
        second, heard = self.place(self.ours)
        self.made("trunks", name="provider", domain="provider.example", tls_name="provider.example",
                  targets=[f"127.0.0.1:{first};transport=tls;priority=1", f"127.0.0.1:{second};transport=tls;priority=2"])
        self.made("routes", name="out", callee="_0X.", trunk="provider")
        alice = self.udp_phone()
        alice.ask_with_digest("INVITE", f"sip:0301234@{DOMAIN}", "alice", f"Contact: <sip:alice@{alice.host}>\r\n")
        self.assertIn(" 486 ", self.final(alice))
        self.assertEqual(refused, [("CERTIFICATE_VERIFY_FAILED", "")])
        [(names, invite)] = heard
        self.assertIn(("DNS", "sip.example"), names)
        self.assertTrue(invite.startswith("INVITE sip:0301234@provider.example "), invite)


if __name__ == "__main__":
    unittest.main()
