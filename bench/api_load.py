#!/usr/bin/env python3
"""How fast the API answers over a large history, and what that and slow clients cost the others.

usage: bench/api_load.py SIPWAKE [--calls N] [--users N] [--asks N] [--slow N] [--folder DIR]

Fills a data folder with users, a device of each, a registration of every second one, and ended calls (timelines copied from the demo's), serves it on loopback, and prints one
line a measurement: p50 and p99 of what one client on a kept connection sees, in milliseconds. Meanwhile another
process' worth of OPTIONS goes to the SIP port, 200 a second, and its answers are timed too.
"""
import argparse
import http.client
import json
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time

CONFIG = '''domains = ["example.com"]
data_dir = "{folder}/data"
log_level = "warn"
[[listen]]
transport = "udp"
address = "127.0.0.1:0"
[http]
address = "127.0.0.1:0"
'''


class Server:
    def __init__(self, binary, folder, *options):
        config = folder / "sipwake.toml"
        config.write_text(CONFIG.format(folder=folder))
        self.binary, self.config = binary, config
        begun = time.monotonic()
        self.process = subprocess.Popen([binary, "serve", "--config", str(config), *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        text = ""
        while "Ready." not in text:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit("the server did not start:\n" + text)
            text += line
        self.start_ms = (time.monotonic() - begun) * 1000
        self.sip = int(re.search(r"udp 127\.0\.0\.1:(\d+)", text).group(1))
        self.http = int(re.search(r"http  http://127\.0\.0\.1:(\d+)", text).group(1))

    def token(self):
        return subprocess.run([self.binary, "token", "create", "--name", "bench", "--config", str(self.config)],
                              capture_output=True, text=True, check=True).stdout.strip()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def fill(database, users, calls):
    base = sqlite3.connect(database)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = OFF")
    now = int(time.time() * 1000)
    with base:
        base.executemany("INSERT INTO user (id, aor, display_name, ha1_md5, ha1_sha256, enabled, created_at) "
                         "VALUES (?, ?, ?, ?, '', 1, 1700000000000)",
                         ((1000 + i, f"user{i}@example.com", f"User {i}", "0" * 32) for i in range(users)))
        base.executemany("INSERT INTO device (id, user_id, key, instance, push_provider, push_param, push_prid, user_agent, "
                         "first_seen, last_register, token_dead, token_dead_at, wake_count, last_wake_ms) VALUES "
                         "(?, ?, ?, '', ?, 'p', ?, 'LinphoneiOS/5.2', 1700000000000, ?, '', 0, 0, 0)",
                         ((1000 + i, 1000 + i, f"key{i}", ("apns", "fcm", "webhook")[i % 3], f"token{i}",
                           now - i * 7919 % users * 1000) for i in range(users)))
        base.executemany("INSERT INTO binding (id, device_id, reg_id, contact, flow, call_id, cseq, q, path, expires_at) VALUES "
                         "(?, ?, 0, ?, 'udp:0:192.0.2.1:5062', 'c', 1, 1000, '', ?)",
                         ((1000 + i, 1000 + i, f"sip:user{i}@192.0.2.1:5062", now + 3_600_000 + i * 7919 % users)
                          for i in range(0, users, 2)))
        samples = base.execute("SELECT call_id, caller, caller_name, callee, started_at, answered_at, ended_at, end_reason, "
                               "final_status, cancel_reason, timeline, verdict FROM call WHERE state = 3").fetchall()
        if not samples:
            raise SystemExit("the demo left no call to copy")

        def rows():
            for i in range(calls):
                one = list(samples[i % len(samples)])
                one[1], one[3] = f"sip:user{i % 977}@example.com", f"user{i % 1009}@example.com"
                one[4] = 1_700_000_000_000 + i * 1000
                yield [1000 + i, *one]
        base.executemany("INSERT INTO call (id, state, call_id, caller, caller_name, callee, started_at, answered_at, ended_at, "
                         "end_reason, final_status, cancel_reason, timeline, verdict) VALUES (?, 3" + ", ?" * 12 + ")", rows())
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


def figures(times):
    times = sorted(times)
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1000
    return f"p50 {at(.5):8.2f}  p99 {at(.99):8.2f}  max {times[-1] * 1000:8.2f} ms  n={len(times)}"


class Sip(threading.Thread):
    """Times OPTIONS until it is stopped."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.times, self.lost, self.running = port, [], 0, True
        self.start()

    def run(self):
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        wire.connect(("127.0.0.1", self.port))
        wire.settimeout(2)
        own = wire.getsockname()[1]
        number = 0
        while self.running:
            number += 1
            text = (f"OPTIONS sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{own};rport;branch=z9hG4bKb{own}x{number}\r\n"
                    f"Max-Forwards: 70\r\nFrom: <sip:b@example.com>;tag=b\r\nTo: <sip:example.com>\r\n"
                    f"Call-ID: bench{own}x{number}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
            begun = time.monotonic()
            wire.send(text.encode())
            try:
                wire.recv(4096)
                self.times.append(time.monotonic() - begun)
            except TimeoutError:
                self.lost += 1
            time.sleep(max(0, .005 - (time.monotonic() - begun)))

    def stop(self):
        self.running = False
        self.join()
        return figures(self.times) + f"  lost={self.lost}"


def measure(name, server, token, target, asks):
    connection = http.client.HTTPConnection("127.0.0.1", server.http, timeout=30)
    headers = {"Authorization": f"Bearer {token}"}
    sip = Sip(server.sip)
    times, size = [], 0
    for _ in range(asks):
        begun = time.monotonic()
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        times.append(time.monotonic() - begun)
        if answer.status != 200:
            raise SystemExit(f"{target}: {answer.status} {body[:200]}")
        size = len(body)
    print(f"{name:<34} {figures(times)}  {size} bytes")
    print(f"{'  SIP OPTIONS meanwhile':<34} {sip.stop()}")
    connection.close()


def slow_clients(server, count):
    """Connections that send one byte of a request now and then, never a whole one."""
    running = threading.Event()
    running.set()
    clients = []

    def feed():
        while running.is_set():
            for client in clients:
                try:
                    client.send(b"x")
                except OSError:
                    try:
                        client.close()
                    except OSError:
                        pass
            for i, client in enumerate(clients):
                if client.fileno() < 0:
                    clients[i] = opened()
            time.sleep(.5)

    def opened():
        client = socket.create_connection(("127.0.0.1", server.http), timeout=5)
        client.send(b"GET /api/v1/calls HTTP/1.1\r\nX: ")
        return client

    for _ in range(count):
        clients.append(opened())
    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()

    def stop():
        running.clear()
        feeder.join()
        for client in clients:
            client.close()
    return stop


def patient(name, server, token, asks):
    """A client that connects anew each time, as others do while slow ones fill the place."""
    sip = Sip(server.sip)
    times, refused = [], 0
    for _ in range(asks):
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", server.http, timeout=30)
        try:
            connection.request("GET", "/api/v1/status", headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            answer.read()
            refused += answer.status != 200
        except OSError:
            refused += 1
        times.append(time.monotonic() - begun)
        connection.close()
    print(f"{name:<34} {figures(times)}  refused={refused}")
    print(f"{'  SIP OPTIONS meanwhile':<34} {sip.stop()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sipwake")
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--asks", type=int, default=500)
    parser.add_argument("--slow", type=int, default=500)
    parser.add_argument("--folder", type=pathlib.Path)
    options = parser.parse_args()
    folder = options.folder or pathlib.Path(tempfile.mkdtemp(prefix="sipwake-bench-"))
    try:
        Server(options.sipwake, folder, "--demo").stop()
        fill(folder / "data/sipwake.db", options.users, options.calls)
        size = (folder / "data/sipwake.db").stat().st_size
        server = Server(options.sipwake, folder)
        token = server.token()
        print(f"{options.calls} calls, {options.users} users, {size / 1e6:.0f} MB; started in {server.start_ms:.0f} ms")
        print(f"{'SIP OPTIONS alone':<34} ", end="")
        alone = Sip(server.sip)
        time.sleep(3)
        print(alone.stop())
        deep_call, deep_user = 1000 + options.calls // 2, 1000 + options.users // 2
        for name, target in (("calls, first page", "/api/v1/calls?limit=50"),
                             ("calls, in the middle", f"/api/v1/calls?limit=50&cursor=e{deep_call}"),
                             ("calls, near the end", "/api/v1/calls?limit=50&cursor=e2000"),
                             ("calls of one user", "/api/v1/calls?limit=50&user=user5@example.com"),
                             ("users, first page", "/api/v1/users?limit=50"),
                             ("users, in the middle", f"/api/v1/users?limit=50&cursor=u{deep_user}"),
                             ("users, near the end", f"/api/v1/users?limit=50&cursor=u{options.users}"),
                             ("users by name, largest first", "/api/v1/users?limit=50&sort=-aor"),
                             ("users with a part of a name", "/api/v1/users?limit=50&q=user9999"),
                             ("users with a part nobody has", "/api/v1/users?limit=50&q=nobody"),
                             ("devices, last seen first", "/api/v1/devices?limit=50&sort=-last_register"),
                             ("devices asleep", "/api/v1/devices?limit=50&asleep=true"),
                             ("devices of FCM, last seen first", "/api/v1/devices?limit=50&platform=fcm&sort=-last_register"),
                             ("registrations, next to expire", "/api/v1/registrations?limit=50&sort=expires_at"),
                             ("registrations of one user", "/api/v1/registrations?limit=50&user=user500@example.com")):
            measure(name, server, token, target, options.asks)
        patient("status, nobody slow", server, token, options.asks)
        stop = slow_clients(server, options.slow)
        patient(f"status, {options.slow} slow clients", server, token, options.asks)
        stop()
        server.stop()
    finally:
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)


main()
