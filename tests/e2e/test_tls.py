"""TLS with a client that is not ours: certificates, their renewal, and peers that misbehave."""
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest

from support import BINARY, DOMAIN, LIMIT, EndToEnd
from tls import TlsPhone, UdpPhone, WebPhone, frame, make_certificate, response_to, trusting

LISTEN = '[[listen]]\ntransport = "tls"\naddress = "127.0.0.1:0"\n'


class Tls(EndToEnd):
    """A server with a TLS listener, and the certificates it is told."""

    def setUp(self):
        self.certificates = pathlib.Path(self.folder())
        self.config = self.settings() + LISTEN
        super().setUp()
        self.port = self.port_of("tls")

    def folder(self):
        folder = tempfile.TemporaryDirectory(prefix="sipwake-tls-")
        self.addCleanup(folder.cleanup)
        return folder.name

    def settings(self):
        return ""

    def port_of(self, transport):
        return int(self.server.out.wait(f"sip   {transport} ").rsplit(":", 1)[1])

    def phone(self, context, **more):
        phone = TlsPhone(self.port, context, **more)
        self.addCleanup(phone.close)
        return phone

    def udp_phone(self):
        phone = UdpPhone(self.server.udp)
        self.addCleanup(phone.close)
        return phone


class SelfSigned(Tls):
    def certificate(self):
        return self.server.folder / "data/tls-self-signed.pem"

    def test_works_at_once_for_who_trusts_its_certificate(self):
        phone = self.phone(trusting(self.certificate()), name=DOMAIN)
        self.assertIn("SIP/2.0 200", phone.register("alice"))
        self.assertEqual(self.server.api("GET", "/api/v1/registrations")["items"][0]["flow"].split(":")[0], "tls")

    def test_is_refused_by_who_does_not(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.phone(ssl.create_default_context())
        self.server.log.wait("flow.trouble", "TLS: tlsv1 alert unknown ca")

    def test_says_so_with_the_fingerprint_and_keeps_it_over_a_restart(self):
        print_of = lambda line: line.split("sha256=")[1].split()[0]
        first = print_of(self.server.log.wait("tls.self_signed", "made=now"))
        self.server.out.wait(first)
        shown = self.server.api("GET", "/api/v1/status")["certificates"]
        self.assertEqual([(one["sha256"], one["self_signed"], one["expires_soon"]) for one in shown],
                         [(first, True, False)])
        told = self.server.command("doctor")
        self.assertIn("a server runs", told)
        self.assertIn(f"is self-signed, so phones refuse it until they are told to trust SHA-256 {first}", told)
        self.server.stop()
        self.server.start()
        self.assertEqual(print_of(self.server.log.wait("tls.self_signed", "made=earlier")), first)


class Configured(Tls):
    def settings(self):
        self.certificate, self.key = make_certificate(self.certificates, "sip.example")
        self.other, other_key = make_certificate(self.certificates, "other.example")
        return (f'[tls]\ncertificate = "{self.certificate}"\nprivate_key = "{self.key}"\n'
                f'[[tls.host]]\nname = "other.example"\ncertificate = "{self.other}"\nprivate_key = "{other_key}"\n'
                '[connections]\nhandshake_timeout = "500ms"\nfirst_message_timeout = "1s"\n')

    def test_shows_each_name_its_certificate(self):
        self.phone(trusting(self.other), name="other.example")
        self.phone(trusting(self.certificate), name="sip.example")
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.phone(trusting(self.certificate), name="other.example")

    def test_carries_a_message_from_tls_to_udp(self):
        bob = self.udp_phone()
        bob.register("bob")
        alice = self.phone(trusting(self.certificate))
        alice.ask_with_digest("MESSAGE", f"sip:bob@{DOMAIN}", "alice")
        message = bob.next()
        vias = re.findall(r"(?m)^Via: SIP/2.0/(\w+)", message)
        self.assertEqual(vias, ["UDP", "TLS"])
        bob.send(response_to(message))
        self.assertIn("SIP/2.0 200", alice.next())

    def test_carries_a_message_from_udp_to_tls(self):
        bob = self.phone(trusting(self.certificate))
        bob.register("bob")
        alice = self.udp_phone()
        alice.ask_with_digest("MESSAGE", f"sip:bob@{DOMAIN}", "alice")
        message = bob.next()
        self.assertTrue(message.startswith("MESSAGE"), message)
        self.assertEqual(re.findall(r"(?m)^Via: SIP/2.0/(\w+)", message), ["TLS", "UDP"])
        bob.send(response_to(message))
        self.assertIn("SIP/2.0 200", alice.next())

    def test_a_woken_phone_is_called_on_its_new_connection_while_the_old_one_is_mute(self):
        wake = dict(contact_params=";pn-provider=webhook;pn-param=app;pn-prid=token",
                    header_params=';+sip.instance="<urn:uuid:mute>"')
        mute = self.phone(trusting(self.certificate))
        mute.register("bob", **wake)
        alice = self.udp_phone()
        alice.ask_with_digest("INVITE", f"sip:bob@{DOMAIN}", "alice", f"Contact: <sip:alice@{alice.host}>\r\n")
        self.webhook.next_push()
        awake = self.phone(trusting(self.certificate))
        self.assertIn("SIP/2.0 200", awake.register("bob", **wake))
        invite = awake.next()
        self.assertTrue(invite.startswith("INVITE"), invite)
        awake.send(response_to(invite).replace("200 OK", "486 Busy Here"))
        self.assertTrue(awake.next().startswith("ACK"))
        while not (answer := alice.next()).startswith("SIP/2.0 486"):
            self.assertTrue(answer.startswith("SIP/2.0 1"), answer)

    def test_reads_its_certificate_again_on_sighup_and_keeps_the_flows(self):
        context = trusting(self.certificate)
        old = [self.phone(context) for _ in range(20)]
        for phone in old:
            self.assertIn("SIP/2.0 200", phone.options())
        make_certificate(self.certificates, "sip.example", days=90)
        seen = len(self.server.log.seen)
        self.server.process.send_signal(signal.SIGHUP)
        self.server.log.wait("tls.renewed", start=seen)
        renewed = self.phone(trusting(self.certificate))
        self.assertNotEqual(renewed.fingerprint(), old[0].fingerprint())
        for phone in old:
            self.assertIn("SIP/2.0 200", phone.options())

    def test_keeps_its_certificate_when_the_new_one_is_broken(self):
        context = trusting(self.certificate)
        self.certificate.write_text("half a certificate")
        self.server.process.send_signal(signal.SIGHUP)
        self.server.log.wait("tls.not_reloaded", str(self.certificate))
        self.assertIn("SIP/2.0 200", self.phone(context).options())

    def test_misbehaving_peers_are_closed_and_harm_nobody(self):
        context = trusting(self.certificate)
        mute = [socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT) for _ in range(500)]
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT)
        plain.sendall(b"OPTIONS sip:example.com SIP/2.0\r\n\r\n")
        self.server.log.wait("flow.trouble", "no TLS on a TLS connection")
        wrong = socket.create_connection(("127.0.0.1", self.server.tcp), timeout=LIMIT)
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            context.wrap_socket(wrong, server_hostname="127.0.0.1")
        self.server.log.wait("flow.trouble", "TLS on a connection without")
        self.assertIn("SIP/2.0 200", self.phone(context).options())
        self.server.log.wait("flow.trouble", "handshake not done in time")
        for peer in mute:
            self.assertEqual(peer.recv(1), b"")
            peer.close()
        plain.close()
        self.assertLessEqual(self.server.log.count("handshake not done in time"), 2)

    def test_a_secure_peer_that_says_nothing_is_closed(self):
        phone = self.phone(trusting(self.certificate))
        self.server.log.wait("flow.trouble", "no whole message in time")
        self.assertEqual(phone.stream.recv(1), b"")


class Web(Tls):
    """Phones that are web pages."""

    def settings(self):
        self.certificate, key = make_certificate(self.certificates, "sip.example")
        return (f'[tls]\ncertificate = "{self.certificate}"\nprivate_key = "{key}"\n'
                '[[listen]]\ntransport = "ws"\naddress = "127.0.0.1:0"\norigins = ["https://phone.example"]\n'
                '[[listen]]\ntransport = "wss"\naddress = "127.0.0.1:0"\n')

    def web_phone(self, transport="wss", **more):
        context = trusting(self.certificate) if transport == "wss" else None
        phone = WebPhone(self.port_of(transport), context, **more)
        self.addCleanup(phone.close)
        return phone

    def exchange(self, caller, callee):
        """A MESSAGE and its answer; the transports in its Vias."""
        self.assertIn("SIP/2.0 200", callee.register("bob"))
        caller.ask_with_digest("MESSAGE", f"sip:bob@{DOMAIN}", "alice")
        message = callee.next()
        self.assertTrue(message.startswith("MESSAGE"), message)
        callee.send(response_to(message))
        self.assertIn("SIP/2.0 200", caller.next())
        return re.findall(r"(?m)^Via: SIP/2.0/(\w+)", message)

    def test_a_page_is_reached_over_the_connection_it_made(self):
        self.assertEqual(self.exchange(self.udp_phone(), self.web_phone()), ["WSS", "UDP"])

    def test_a_page_reaches_a_udp_phone(self):
        self.assertEqual(self.exchange(self.web_phone(), self.udp_phone()), ["UDP", "WSS"])

    def test_pages_reach_each_other_with_and_without_tls(self):
        self.assertEqual(self.exchange(self.web_phone("ws"), self.web_phone()), ["WSS", "WS"])

    def test_other_sub_protocols_and_pages_are_turned_away(self):
        self.assertEqual(self.web_phone("wss", protocol="xmpp").status, 400)
        self.assertEqual(self.web_phone("ws", origin="https://evil.example").status, 403)
        self.assertEqual(self.web_phone("ws", origin="https://phone.example").status, 101)

    def test_bad_frames_close_the_connection_and_harm_nobody(self):
        other = self.web_phone()
        self.assertIn("SIP/2.0 200", other.options())
        for bytes_, why in ((b"\x81\x02hi", "frame not masked"),
                            (b"\x82\xff\x7f" + b"\xff" * 7 + b"mask", "message too large"),
                            (frame(0, b"x"), "fragments out of order"),
                            (frame(1, b"\xff\xfe"), "text is not UTF-8")):
            phone = self.web_phone()
            phone.stream.sendall(bytes_)
            self.server.log.wait("flow.trouble", why)
            with self.assertRaises(EOFError):
                phone.next()
        self.assertIn("SIP/2.0 200", other.options())

    def test_a_binary_frame_without_a_message_is_dropped(self):
        phone = self.web_phone()
        phone.stream.sendall(frame(2, bytes(range(256))))
        self.server.log.wait("sip.malformed", "wss:")
        self.assertIn("SIP/2.0 200", phone.options())

    def test_a_message_in_fragments_is_one_message(self):
        phone = self.web_phone()
        text = []
        phone.send = lambda request: text.append(request.encode())
        phone.write("OPTIONS", f"sip:{DOMAIN}", "alice")
        phone.stream.sendall(frame(2, text[0][:50], final=False) + frame(9, b"ping") + frame(0, text[0][50:]))
        self.assertIn("SIP/2.0 200", phone.next())


class ToThePbx(Tls):
    """A PBX behind TLS, whose certificate has to be the right one."""

    def setUp(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(LIMIT)
        self.addCleanup(self.listener.close)
        super().setUp()

    def settings(self):
        self.certificate, self.key = make_certificate(self.certificates, "pbx.example")
        port = self.listener.getsockname()[1]
        return (f'[tls]\npeer_ca = "{self.certificate}"\n'
                f'[pbx]\naddress = "127.0.0.1:{port};transport=tls"\ntls_name = "pbx.example"\n')

    def accept(self, certificate, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        stream = context.wrap_socket(self.listener.accept()[0], server_side=True)
        stream.settimeout(LIMIT)
        self.addCleanup(stream.close)
        return stream

    def test_a_request_goes_to_the_pbx_that_shows_its_name(self):
        alice = self.udp_phone()
        alice.ask_with_digest("MESSAGE", f"sip:100@{DOMAIN}", "alice")
        stream = self.accept(self.certificate, self.key)
        message = stream.recv(65536).decode()
        self.assertEqual(re.findall(r"(?m)^Via: SIP/2.0/(\w+)", message), ["TLS", "UDP"])
        stream.sendall(response_to(message).encode())
        self.assertIn("SIP/2.0 200", alice.next())

    def test_nothing_is_told_to_somebody_else(self):
        other, key = make_certificate(self.certificates, "other.example")
        alice = self.udp_phone()
        alice.ask_with_digest("MESSAGE", f"sip:100@{DOMAIN}", "alice")
        with self.assertRaises(ssl.SSLError):
            self.accept(other, key).recv(1)
        self.server.log.wait("flow.trouble", "certificate not accepted")
        self.assertIn("SIP/2.0 480", alice.next())


class Check(unittest.TestCase):
    """sipwake check says what is wrong with the files."""

    def check(self, folder, certificate, key):
        config = folder / "sipwake.toml"
        config.write_text(f'[tls]\ncertificate = "{certificate}"\nprivate_key = "{key}"\n')
        done = subprocess.run([BINARY, "check", "--config", config], capture_output=True, text=True, timeout=LIMIT)
        return done.returncode, done.stderr

    def test_names_the_file_that_is_wrong(self):
        with tempfile.TemporaryDirectory(prefix="sipwake-tls-") as name:
            folder = pathlib.Path(name)
            good, key = make_certificate(folder, "good.example")
            self.assertEqual(self.check(folder, good, key), (0, ""))
            other, other_key = make_certificate(folder, "other.example")
            for certificate, private, why in ((folder / "none.pem", key, "none.pem: cannot be read"),
                                              (key, key, "good.example.key: holds no certificate"),
                                              (good, other_key, "good.example.pem: does not belong to the key")):
                status, error = self.check(folder, certificate, private)
                self.assertEqual(status, 2)
                self.assertIn(why, error)


if __name__ == "__main__":
    unittest.main(verbosity=2)
