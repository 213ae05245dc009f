#!/usr/bin/env python3
"""What TCP, TLS and WebSocket cost the server beside UDP, and what many connections do to it.

usage: SIPWAKE_BINARY=build/release/sipwake bench/transports.py [calls] [idle]

Prints one line a figure. The clients are Python's own; only the server's CPU and memory are measured.
"""
import pathlib
import resource
import signal
import socket
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/e2e"))

from support import DOMAIN, Server  # noqa: E402
from tls import TlsPhone, UdpPhone, WebPhone, make_certificate, response_to, trusting  # noqa: E402

TRANSPORTS = ("udp", "tcp", "tls", "ws", "wss")


class TcpPhone(TlsPhone):
    """The same without TLS."""

    transport = "tcp"


class Bench:
    def __init__(self, folder):
        certificate, key = make_certificate(pathlib.Path(folder), "sip.example")
        self.certificate = certificate
        self.context = trusting(certificate)
        listen = "".join(f'[[listen]]\ntransport = "{one}"\naddress = "127.0.0.1:0"\n' for one in ("tls", "ws", "wss"))
        self.server = Server(config=f'[tls]\ncertificate = "{certificate}"\nprivate_key = "{key}"\n{listen}'
                             '[abuse]\nexempt = ["127.0.0.0/8"]\n[connections]\nper_address = 20000\nfirst_message_timeout = "10m"\n')
        self.server.add_users("alice", "bob")
        self.pid = self.server.process.pid

    def port(self, transport):
        return int(self.server.out.wait(f"sip   {transport} ").rsplit(":", 1)[1])

    def phone(self, transport):
        port = self.port(transport)
        if transport == "udp":
            return UdpPhone(port)
        if transport == "tcp":
            return TcpPhone(port)
        if transport == "tls":
            return TlsPhone(port, self.context)
        return WebPhone(port, self.context if transport == "wss" else None)

    def cpu(self):
        """Of all threads, in seconds."""
        threads = pathlib.Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((one / "schedstat").read_text().split()[0]) for one in threads) / 1e9

    def memory(self):
        """Resident, in bytes."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024


def call(caller, callee, number):
    """A challenged INVITE, 180, 200, ACK, BYE, 200."""
    uri = f"sip:bob@{DOMAIN}"
    caller.call_id = f"{caller.name}-{number}"
    caller.ask_with_digest("INVITE", uri, "alice", f"Contact: <sip:alice@{caller.contact or caller.host}>\r\n")
    invite = callee.next()
    assert invite.startswith("INVITE"), invite
    ringing = response_to(invite, tag="callee")
    callee.send(ringing.replace("200 OK", "180 Ringing"))
    callee.send(ringing)
    while not (answer := caller.next()).startswith("SIP/2.0 200"):
        assert answer.startswith("SIP/2.0 1"), answer
    routes = [line.split(":", 1)[1].strip() for line in answer.split("\r\n") if line.startswith("Record-Route:")]
    route = "".join(f"Route: {one}\r\n" for one in reversed(routes))
    caller.write("ACK", f"sip:bob@{callee.host}", "alice", route, to_tag="callee")
    ack = callee.next()
    assert ack.startswith("ACK"), ack
    caller.write("BYE", f"sip:bob@{callee.host}", "alice", route, to_tag="callee")
    bye = callee.next()
    assert bye.startswith("BYE"), bye
    callee.send(response_to(bye))
    answer = caller.next()
    assert answer.startswith("SIP/2.0 200"), answer


def calls(folder, count, rounds=5):
    """The cheapest of some rounds in turn, each with a fresh server: what else the machine does only adds."""
    found = {transport: [] for transport in TRANSPORTS}
    for _ in range(rounds):
        for transport in TRANSPORTS:
            found[transport].append(calls_over(folder, transport, count // rounds))
    for transport in TRANSPORTS:
        print(f"call over {transport}: {min(found[transport]):.0f} us of server CPU", flush=True)


def calls_over(folder, transport, count):
    bench = Bench(folder)
    try:
        caller, callee = bench.phone(transport), bench.phone(transport)
        callee.register("bob")
        for number in range(20):
            call(caller, callee, f"warm-{number}")
        before = bench.cpu()
        for number in range(count):
            call(caller, callee, number)
        return (bench.cpu() - before) / count * 1e6
    finally:
        bench.server.close()


def handshakes(bench, count):
    for transport in ("tcp", "tls", "wss"):
        before, begun = bench.cpu(), time.monotonic()
        for _ in range(count):
            bench.phone(transport).close()
        print(f"connect over {transport}: {(bench.cpu() - before) / count * 1e6:.0f} us of server CPU, "
              f"{(time.monotonic() - begun) / count * 1e3:.2f} ms", flush=True)


def first_answer(bench, transport):
    begun = time.monotonic()
    phone = bench.phone(transport)
    assert "SIP/2.0 200" in phone.options()
    phone.close()
    return (time.monotonic() - begun) * 1e3


def idle(bench, transport, count):
    """This many connections that asked once and are silent since."""
    before = bench.memory()
    phones = []
    for _ in range(count):
        phones.append(bench.phone(transport))
        assert "SIP/2.0 200" in phones[-1].options()
    each = (bench.memory() - before) / count
    print(f"{count} idle over {transport}: {each:.0f} bytes each; new tcp answered in "
          f"{first_answer(bench, 'tcp'):.2f} ms, new tls in {first_answer(bench, 'tls'):.2f} ms", flush=True)
    return phones


def stalled(bench, count):
    peers = [socket.create_connection(("127.0.0.1", bench.port("tls"))) for _ in range(count)]
    for peer in peers[::2]:
        peer.sendall(b"\x16\x03\x01\x02\x00")
    print(f"{count} stalled handshakes: new tls answered in {first_answer(bench, 'tls'):.2f} ms", flush=True)
    for peer in peers:
        peer.close()


def reload(bench, phones):
    make_certificate(bench.certificate.parent, "sip.example", days=60)
    seen = len(bench.server.log.seen)
    begun = time.monotonic()
    bench.server.process.send_signal(signal.SIGHUP)
    bench.server.log.wait("tls.renewed", start=seen)
    took = (time.monotonic() - begun) * 1e3
    kept = sum("SIP/2.0 200" in phone.options() for phone in phones)
    bench.context = trusting(bench.certificate)
    print(f"certificates read again in {took:.1f} ms: {kept} of {len(phones)} flows kept; "
          f"new tls answered in {first_answer(bench, 'tls'):.2f} ms", flush=True)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="sipwake-bench-") as folder:
        calls(folder, count)
        bench = Bench(folder)
        try:
            handshakes(bench, count)
            secure = idle(bench, "tls", 1_000)
            reload(bench, secure)
            web = idle(bench, "wss", 1_000)
            plain = idle(bench, "tcp", many)
            stalled(bench, 500)
            for phone in secure + web + plain:
                phone.close()
        finally:
            bench.server.close()


if __name__ == "__main__":
    main()
