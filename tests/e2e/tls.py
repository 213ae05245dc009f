"""TLS from Python's own library, and WebSocket on top: certificates, and phones that register over them."""
import base64
import hashlib
import itertools
import os
import re
import socket
import ssl
import struct
import subprocess

from support import DOMAIN, LIMIT, PASSWORD, digest


def make_certificate(folder, name, days=30):
    """A self-signed certificate by the openssl tool, so that not everything here is of our own making."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-keyout", key, "-out", certificate, "-days", str(days), "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"],
        check=True, capture_output=True, timeout=LIMIT)
    return certificate, key


class Authority:
    """A root that signs through an intermediate, by the openssl tool."""

    def __init__(self, folder):
        self.folder = folder
        self.root, key = make_certificate(folder, "root")
        self.middle, self.middle_key = self.sign("middle", self.root, key, "basicConstraints=critical,CA:TRUE")

    def sign(self, name, issuer, issuer_key, *extensions):
        request, certificate, key, wanted = (self.folder / f"{name}.{end}" for end in ("csr", "pem", "key", "ext"))
        wanted.write_text("\n".join(extensions) + "\n")
        run = lambda *command: subprocess.run(["openssl", *command], check=True, capture_output=True, timeout=LIMIT)
        run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", request,
            "-subj", f"/CN={name.replace('*', 'any')}")
        run("x509", "-req", "-in", request, "-CA", issuer, "-CAkey", issuer_key, "-CAcreateserial", "-days", "30",
            "-extfile", wanted, "-out", certificate)
        return certificate, key

    def certificate_for(self, *names):
        """A chain for these names, its own certificate first, and the key."""
        certificate, key = self.sign(names[0], self.middle, self.middle_key,
                                     "subjectAltName=" + ",".join(f"DNS:{name}" for name in names))
        certificate.write_text(certificate.read_text() + self.middle.read_text())
        return certificate, key


def trusting(certificate):
    """A client's context that believes in this certificate alone."""
    context = ssl.create_default_context(cafile=str(certificate))
    # Self-signed: the certificate is its own authority.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def response_to(request, tag=None):
    """A 200 for a request as it came."""
    kept = "".join(re.findall(r"(?m)^(?:Via|From|To|Call-ID|CSeq|Record-Route):.*\r\n", request))
    if tag:
        kept = re.sub(r"(?m)^(To:.*)\r$", rf"\1;tag={tag}\r", kept)
    return "SIP/2.0 200 OK\r\n" + kept + "Content-Length: 0\r\n\r\n"


class Phone:
    """Requests and their answers, over whatever send() and next() of the class below do."""

    transport = ""
    names = itertools.count()
    host = ""
    contact = ""  # where it differs from the host in the Via
    call_id = None
    cseq = 0

    def __init__(self, stream):
        self.stream = stream
        stream.settimeout(LIMIT)
        if stream.type == socket.SOCK_STREAM:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.host = "%s:%d" % stream.getsockname()
        self.name = f"{self.transport}-{next(Phone.names)}-{os.getpid()}"
        self.rest = b""

    def write(self, method, uri, user, extra="", body="", to_tag=""):
        self.cseq += method not in ("ACK", "CANCEL")
        to = f"<sip:{user if method == 'REGISTER' else 'somebody'}@{DOMAIN}>{';tag=' + to_tag if to_tag else ''}"
        call_id = self.call_id or self.name
        self.send(
            f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/{self.transport.upper()} {self.host};rport;branch={self.branch(method)}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{user}@{DOMAIN}>;tag=t\r\nTo: {to}\r\n"
            f"Call-ID: {call_id}\r\nCSeq: {self.cseq} {method}\r\n{extra}Content-Length: {len(body)}\r\n\r\n{body}")

    def branch(self, method):
        """A CANCEL has that of its request (RFC 3261 section 9.1)."""
        return f"z9hG4bK{self.name}{'INVITE' if method == 'CANCEL' else method}{self.cseq}"

    def request(self, method, uri, user, extra="", body=""):
        self.write(method, uri, user, extra, body)
        return self.next()

    def options(self):
        return self.request("OPTIONS", f"sip:{DOMAIN}", "alice")

    def ask_with_digest(self, method, uri, user, extra="", body=""):
        """Sends the request twice, the second time with what the challenge asked for."""
        kind, challenge = re.search(r"(WWW|Proxy)-Authenticate: (.*)",
                                    self.request(method, uri, user, extra, body)).groups()
        header = "Authorization" if kind == "WWW" else "Proxy-Authorization"
        self.write(method, uri, user, extra + f"{header}: {digest(challenge, user, PASSWORD, method, uri)}\r\n", body)

    def register(self, user, contact_params="", header_params=""):
        self.ask_with_digest(
            "REGISTER", f"sip:{DOMAIN}", user,
                f"Contact: <sip:{user}@{self.contact or self.host};transport={self.transport}{contact_params}>{header_params};expires=600\r\n")
        return self.next()

    def close(self):
        self.stream.close()


class UdpPhone(Phone):
    transport = "udp"

    def __init__(self, port):
        super().__init__(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.stream.connect(("127.0.0.1", port))
        self.host = "%s:%d" % self.stream.getsockname()

    def send(self, text):
        self.stream.send(text.encode())

    def next(self):
        return self.stream.recv(65536).decode()


class TlsPhone(Phone):
    """A phone on one TLS connection."""

    transport = "tls"

    def __init__(self, port, context=None, name="127.0.0.1"):
        super().__init__(socket.create_connection(("127.0.0.1", port), timeout=LIMIT))
        if context:
            self.stream = context.wrap_socket(self.stream, server_hostname=name)

    def send(self, text):
        self.stream.sendall(text.encode())

    def next(self):
        while True:
            head, blank, body = self.rest.partition(b"\r\n\r\n")
            length = re.search(rb"(?im)^content-length: *(\d+)", head)
            if blank and length and len(body) >= int(length.group(1)):
                size = int(length.group(1))
                self.rest = body[size:]
                return (head + blank + body[:size]).decode()
            more = self.stream.recv(65536)
            if not more:
                raise EOFError("the connection has ended")
            self.rest += more

    def fingerprint(self):
        return hashlib.sha256(self.stream.getpeercert(binary_form=True)).hexdigest()


def frame(opcode, payload, final=True):
    """A frame as a client sends it (RFC 6455 section 5.2)."""
    mask = os.urandom(4)
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack("!H", size)
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes([opcode | (0x80 if final else 0)]) + length + mask + masked


class WebPhone(Phone):
    """A phone as a page is one: nobody can connect to it, and its host is a name that means nothing."""

    transport = "ws"

    def __init__(self, port, context=None, name="127.0.0.1", protocol="sip", origin=None):
        self.transport = "wss" if context else "ws"
        super().__init__(socket.create_connection(("127.0.0.1", port), timeout=LIMIT))
        if context:
            self.stream = context.wrap_socket(self.stream, server_hostname=name)
        self.host = self.contact = f"{self.name}.invalid"
        key = base64.b64encode(os.urandom(16)).decode()
        self.stream.sendall(
            f"GET / HTTP/1.1\r\nHost: {name}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {protocol}\r\n"
            .encode() + (f"Origin: {origin}\r\n".encode() if origin else b"") + b"\r\n")
        while b"\r\n\r\n" not in self.rest:
            self.more()
        self.greeting, _, self.rest = self.rest.partition(b"\r\n\r\n")
        self.status = int(self.greeting.split()[1])
        accept = base64.b64encode(hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        assert self.status != 101 or b"Sec-WebSocket-Accept: " + accept in self.greeting, self.greeting

    def more(self):
        bytes_ = self.stream.recv(65536)
        if not bytes_:
            raise EOFError("the connection has ended")
        self.rest += bytes_

    def take(self, size):
        while len(self.rest) < size:
            self.more()
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def send(self, text):
        self.stream.sendall(frame(1, text.encode()))

    def next(self):
        """The next message; pings on the way are answered."""
        while True:
            opcode, size = self.take(2)
            if size == 126:
                size = struct.unpack("!H", self.take(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self.take(8))[0]
            payload = self.take(size)
            if opcode & 15 == 9:
                self.stream.sendall(frame(10, payload))
            elif opcode & 15 == 8:
                raise EOFError(f"closed with {payload.hex()}")
            elif opcode & 15 in (1, 2):
                return payload.decode()
