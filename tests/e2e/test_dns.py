"""A PBX that is known by name: dnsmasq answers, one target is dead, the second takes the call (RFC 3263)."""
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

from support import LIMIT, Lines, Server
from tls import Authority

CALLER = "127.0.0.3"  # trusted, and not where the PBX is


def free_port():
    """A port that is free for UDP and TCP: dnsmasq takes 0 for none."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            try:
                tcp.bind(udp.getsockname())
            except OSError:
                continue
            return udp.getsockname()[1]


class NameServer:
    """dnsmasq with records of our own and no other source."""

    def __init__(self, *records):
        while not self.start(records):  # somebody else was faster at the port
            self.close()

    def start(self, records):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--log-facility=-",
             f"--port={self.port}", "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts",
             "--user=", "--local=/test/", "--local-ttl=60", *records],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = Lines(self.process.stderr).wait("dnsmasq")
        if "started" not in said and "in use" not in said:
            raise AssertionError(said)
        return "started" in said

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=LIMIT)


def answer_to(request, status):
    kept = [line for line in request.split("\r\n") if re.match(r"(?i)(via|from|call-id|cseq|record-route):", line)]
    to = re.search(r"(?im)^to: *(.*?)\r?$", request).group(1)
    return "\r\n".join([f"SIP/2.0 {status} Said", *kept, f"To: {to};tag=pbx", "Content-Length: 0", "", ""])


class Pbx:
    """Says 486 to every INVITE, over UDP and TCP on one port, or nothing at all."""

    def __init__(self, silent=False, tcp=True, certificate=None):
        """With a certificate (chain and key) it speaks TLS where it else speaks TCP."""
        self.silent = silent
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*certificate)
        self.invites = 0
        self.vias = []  # the transport each INVITE came by
        self.tcp = socket.socket()
        self.tcp.bind(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        threading.Thread(target=self.serve_udp, daemon=True).start()
        if tcp:
            self.tcp.listen()
            threading.Thread(target=self.serve_tcp, daemon=True).start()

    def serve_udp(self):
        while True:
            try:
                request, sender = self.udp.recvfrom(65536)
            except OSError:
                return
            for answer in self.answers(request):
                self.udp.sendto(answer, sender)

    def serve_tcp(self):
        while True:
            try:
                stream, _ = self.tcp.accept()
            except OSError:
                return
            try:
                stream = self.tls.wrap_socket(stream, server_side=True) if self.tls else stream
            except (ssl.SSLError, ConnectionError):
                continue
            with stream:
                rest = b""
                while more := stream.recv(65536):
                    *requests, rest = (rest + more).split(b"\r\n\r\n")  # none has a body
                    for request in requests:
                        for answer in self.answers(request):
                            stream.sendall(answer)

    def answers(self, request):
        if not request.startswith(b"INVITE"):
            return []
        self.invites += 1
        self.vias.append(re.search(rb"(?m)^Via: SIP/2.0/(\w+)", request).group(1).decode())
        return [] if self.silent else [answer_to(request.decode(), 486).encode()]

    def close(self):
        self.udp.close()
        self.tcp.close()


class Caller:
    def __init__(self, server, host=CALLER):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.connect(("127.0.0.1", server.udp))
        self.socket.settimeout(LIMIT)
        self.host = "%s:%d" % self.socket.getsockname()
        self.calls = 0

    def call(self, user, padding=0):
        """The final status, and the seconds until it came."""
        self.calls += 1
        head = (f"{user}@example.com SIP/2.0\r\nVia: SIP/2.0/UDP {self.host};rport;branch=z9hG4bKc{self.calls}\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:trunk@elsewhere.test>;tag=c{self.calls}\r\n"
                f"Call-ID: dns-{self.host}-{self.calls}\r\n")
        begun = time.monotonic()
        self.socket.send((f"INVITE sip:{head}To: <sip:{user}@example.com>\r\nCSeq: 1 INVITE\r\n"
                          f"Contact: <sip:trunk@{self.host}>\r\nSubject: {'x' * padding}\r\nContent-Length: 0\r\n\r\n").encode())
        while True:
            answer = self.socket.recv(65536).decode()
            status = int(answer.split(" ")[1])
            if status >= 200:
                took = time.monotonic() - begun
                to = re.search(r"(?im)^to: *(.*?)\r?$", answer).group(1)
                self.socket.send(f"ACK sip:{head}To: {to}\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n".encode())
                return status, took

    def close(self):
        self.socket.close()


@unittest.skipUnless(shutil.which("dnsmasq"), "dnsmasq is not installed")
class Dns(unittest.TestCase):
    def kept(self, thing):
        self.addCleanup(thing.close)
        return thing

    def serve(self, port, address="pbx.test", dns=""):
        return self.kept(Server(config=f'trusted = ["{CALLER}/32"]\n[pbx]\naddress = "{address}"\n'
                                       f'[dns]\nservers = ["127.0.0.1:{port}"]\n{dns}'))

    def zone(self, protocol, service, first, second):
        return self.kept(NameServer(
            f"--naptr-record=pbx.test,10,10,s,{service},,_sip.{protocol}.pbx.test",
            f"--srv-host=_sip.{protocol}.pbx.test,a.pbx.test,{first},10,0",
            f"--srv-host=_sip.{protocol}.pbx.test,b.pbx.test,{second},20,0",
            "--host-record=a.pbx.test,127.0.0.1", "--host-record=b.pbx.test,127.0.0.1"))

    def test_the_second_target_answers_when_nobody_listens_at_the_first(self):
        second = self.kept(Pbx())
        server = self.serve(self.zone("_tcp", "SIP+D2T", free_port(), second.port).port)
        server.log.wait("pbx.resolved")
        caller = self.kept(Caller(server))
        status, took = caller.call("+4930123456")
        print(f"TCP, first target refuses: {took * 1000:.1f} ms")
        self.assertEqual(status, 486)
        self.assertLess(took, 4.0)  # not by a timer
        status, again = caller.call("+4930123457")
        print(f"TCP, the next call:        {again * 1000:.1f} ms")
        self.assertEqual((status, second.invites), (486, 2))

    def test_the_second_target_answers_when_the_first_is_silent(self):
        first = self.kept(Pbx(silent=True))
        second = self.kept(Pbx())
        server = self.serve(self.zone("_udp", "SIP+D2U", first.port, second.port).port)
        server.log.wait("pbx.resolved")
        caller = self.kept(Caller(server))
        status, took = caller.call("+4930123456")
        print(f"UDP, first target silent:  {took:.3f} s after {first.invites} copies")
        self.assertEqual((status, first.invites, second.invites), (486, 4, 1))
        self.assertTrue(3.9 < took < 6.0, took)
        status, again = caller.call("+4930123457")
        print(f"UDP, the next call:        {again * 1000:.1f} ms")
        self.assertEqual((status, first.invites), (486, 4))
        self.assertLess(again, 2.0)

    def call_secure(self, *names):
        """To pbx.test over TLS, whose two servers are certified for these names."""
        folder = tempfile.TemporaryDirectory(prefix="sipwake-ca-")
        self.addCleanup(folder.cleanup)
        authority = Authority(pathlib.Path(folder.name))
        first, second = (self.kept(Pbx(certificate=authority.certificate_for(name))) for name in names)
        names = self.kept(NameServer(
            "--naptr-record=pbx.test,10,10,s,SIPS+D2T,,_sips._tcp.pbx.test",
            f"--srv-host=_sips._tcp.pbx.test,a.pbx.test,{first.port},10,0",
            f"--srv-host=_sips._tcp.pbx.test,b.pbx.test,{second.port},20,0",
            "--host-record=a.pbx.test,127.0.0.1", "--host-record=b.pbx.test,127.0.0.1"))
        server = self.serve(names.port, "pbx.test;transport=tls",
                            '[[listen]]\ntransport = "tls"\naddress = "127.0.0.1:0"\n'
                            f'[tls]\npeer_ca = "{authority.root}"\n')
        server.log.wait("pbx.resolved")
        status, _ = self.kept(Caller(server)).call("+4930123456")
        return status, first.invites, second.invites, server

    def test_a_target_over_tls_shows_the_domain_that_was_asked_for(self):
        self.assertEqual(self.call_secure("pbx.test", "pbx.test")[:3], (486, 1, 0))

    def test_a_target_that_shows_its_own_name_alone_is_told_nothing(self):
        status, *invites, server = self.call_secure("a.pbx.test", "pbx.test")
        self.assertEqual((status, *invites), (486, 0, 1))
        server.log.wait("flow.trouble", "certificate not accepted: hostname mismatch")

    def test_a_wildcard_is_no_domain(self):
        status, *invites, server = self.call_secure("*.test", "*.pbx.test")
        self.assertEqual((status, *invites), (500, 0, 0))

    def test_who_the_name_leads_to_is_trusted_before_the_first_call(self):
        names = self.kept(NameServer("--srv-host=_sip._udp.pbx.test,a.pbx.test,5060,1,1",
                                     "--host-record=a.pbx.test,127.0.0.2"))
        server = self.serve(names.port)
        server.log.wait("pbx.resolved")
        server.add_users("bob")
        self.assertEqual(self.kept(Caller(server, "127.0.0.2")).call("bob")[0], 480)
        self.assertEqual(self.kept(Caller(server, "127.0.0.4")).call("bob")[0], 407)
        self.assertEqual(server.api("GET", "/api/v1/status")["pbx"],
                         {"host": "pbx.test", "targets": ["udp:127.0.0.2:5060"], "trouble": None})

    def call_large(self, pbx):
        server = self.kept(Server(config=f'trusted = ["{CALLER}/32"]\n[pbx]\naddress = "127.0.0.1:{pbx.port}"\n'))
        caller = self.kept(Caller(server))
        self.assertEqual([caller.call("+4930123456", padding=size)[0] for size in (1, 1200, 1)], [486] * 3)
        return pbx.vias

    def test_what_is_too_large_for_a_datagram_goes_by_tcp(self):
        self.assertEqual(self.call_large(self.kept(Pbx())), ["UDP", "TCP", "UDP"])

    def test_it_goes_by_udp_to_who_takes_no_connection(self):
        self.assertEqual(self.call_large(self.kept(Pbx(tcp=False))), ["UDP", "UDP", "UDP"])

    def test_a_silent_name_server_blocks_nothing(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            self.blocks_nothing(silent.getsockname()[1], "silent")

    def test_a_name_server_that_is_not_there_blocks_nothing(self):
        with socket.socket() as other:  # its port is taken, but not for UDP
            other.bind(("127.0.0.1", 0))
            self.blocks_nothing(other.getsockname()[1], "dead")

    def blocks_nothing(self, port, how):
        server = self.serve(port)
        server.add_users("bob")
        caller = self.kept(Caller(server))
        status, took = caller.call("bob")
        self.assertEqual(status, 480)
        self.assertLess(took, 2.0)
        status, took = caller.call("+4930123456")
        print(f"{how} name server: {status} after {took:.3f} s")
        self.assertEqual(status, 500)
        self.assertLess(took, 6.0)


if __name__ == "__main__":
    unittest.main()
