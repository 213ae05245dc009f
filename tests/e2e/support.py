"""What the end-to-end tests share: a real sipwake, a webhook, a registering socket, sipp and the API.

Real time passes here, so everything waits for an event (a log line, a push, a process that ends), never for a length
of time. Every wait has a limit, and says what it waited for when the limit is reached.
"""
import hashlib
import http.server
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest
import urllib.request

BINARY = os.environ.get("SIPWAKE_BINARY", "build/release/sipwake")
SANITIZED = bool(os.environ.get("SIPWAKE_SANITIZE"))
SANITIZERS_SAY = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer", ": runtime error: ")
LIMIT = 40  # seconds, for any single event
DOMAIN = "example.com"
PASSWORD = "secret"


class Webhook:
    """The operator's push service: keeps what was asked, answers `status`, and may act on a push."""

    def __init__(self):
        self.pushes = queue.Queue()
        self.status = 200
        self.on_push = None
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                push = json.loads(body)
                self.send_response(owner.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                owner.pushes.put(push)
                if owner.on_push:
                    owner.on_push(push)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/push"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next_push(self):
        return self.pushes.get(timeout=LIMIT)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Lines:
    """The lines of a process's output as events."""

    def __init__(self, stream):
        self.seen = []
        self.fresh = threading.Condition()
        self.ended = False
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream):
        with stream:
            for raw in stream:
                with self.fresh:
                    self.seen.append(raw.decode(errors="replace").rstrip("\n"))
                    self.fresh.notify_all()
        with self.fresh:
            self.ended = True
            self.fresh.notify_all()

    def wait(self, *words, start=0, limit=LIMIT):
        """The first line from `start` on that holds all the words."""
        found = []

        def look():
            found[:] = [l for l in self.seen[start:] if all(w in l for w in words)]
            return bool(found) or self.ended

        with self.fresh:
            if not self.fresh.wait_for(look, timeout=limit) or not found:
                tail = "\n".join(self.seen[-40:])
                raise AssertionError(f"no line with {words}; the last ones were:\n{tail}")
        return found[0]

    def count(self, *words):
        with self.fresh:
            return sum(all(w in l for w in words) for l in self.seen)


class Server:
    """A sipwake process in a data folder of its own."""

    options = ()  # of `sipwake serve`

    def __init__(self, webhook=None, config="", folder=None):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="sipwake-e2e-"))
        self.config = self.folder / "sipwake.toml"
        lines = [f'domains = ["{DOMAIN}"]', f'data_dir = "{self.folder / "data"}"', 'log_level = "debug"']
        for transport in ("udp", "tcp"):
            lines += ["[[listen]]", f'transport = "{transport}"', 'address = "127.0.0.1:0"']
        lines += ["[http]", 'address = "127.0.0.1:0"', "[auth]", 'algorithms = ["MD5"]']  # sipp knows no other
        if webhook:
            lines += ["[push.webhook]", f'url = "{webhook.url}"']
        self.config.write_text("\n".join(lines) + "\n" + config + "\n")
        self.token = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [BINARY, "serve", "--config", str(self.config), *self.options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out = Lines(self.process.stdout)
        self.log = Lines(self.process.stderr)
        self.out.wait("Ready")
        self.udp = int(self.out.wait("sip   udp").rsplit(":", 1)[1])
        self.tcp = int(self.out.wait("sip   tcp").rsplit(":", 1)[1])
        self.http = self.out.wait("http  ").split()[-1]
        if self.token is None:
            self.token = self.command("token", "create", "--name", "e2e").strip()

    def command(self, *args, text=None):
        done = subprocess.run([BINARY, *args, "--config", str(self.config)], input=text, text=True,
                              capture_output=True, timeout=LIMIT)
        if done.returncode != 0:
            raise AssertionError(f"sipwake {args}: {done.stdout}{done.stderr}")
        return done.stdout

    def add_users(self, *names):
        for name in names:
            self.api("POST", "/api/v1/users", {"aor": f"{name}@{DOMAIN}", "password": PASSWORD})

    def api(self, method, path, body=None, token=None):
        request = urllib.request.Request(
            self.http + path, method=method, data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def call(self, call_id):
        """The newest call with this Call-ID, with legs and timeline."""
        for item in self.api("GET", "/api/v1/calls?limit=200")["items"]:
            if item["call_id"] == call_id:
                return self.api("GET", f"/api/v1/calls/{item['id']}")
        raise AssertionError(f"no call {call_id}")

    def kill(self):
        """kill -9: the process gets no chance to write anything."""
        self.process.kill()
        self.process.wait(timeout=LIMIT)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=LIMIT)

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        with self.log.fresh:
            self.log.fresh.wait_for(lambda: self.log.ended, timeout=LIMIT)
        if any(word in line for line in self.log.seen for word in SANITIZERS_SAY):
            raise AssertionError("\n".join(self.log.seen[-100:]))


def digest(challenge, user, password, method, uri):
    """An Authorization value for a challenge with qop=auth and MD5 (RFC 2617 section 3.2.2)."""
    field = lambda name: re.search(name + r'="?([^",]+)', challenge).group(1)
    md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
    ha1 = md5(f"{user}:{field('realm')}:{password}")
    response = md5(f"{ha1}:{field('nonce')}:00000001:e2e:auth:{md5(f'{method}:{uri}')}")
    return (f'Digest username="{user}", realm="{field("realm")}", nonce="{field("nonce")}", uri="{uri}", '
            f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="e2e"')


class Socket:
    """A UDP socket that registers a phone and then shows what comes. Close it and the phone sleeps."""

    def __init__(self, server):
        self.server = server
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(LIMIT)
        self.port = self.socket.getsockname()[1]
        self.cseq = 0

    def register(self, user, contact_params="", header_params="", agent="LinphoneiOS/5.2", expires=600,
                 call_id=None):
        call_id = call_id or f"reg-{user}-{self.port}"
        uri = f"sip:{DOMAIN}"
        authorization = ""
        for _ in range(2):
            self.cseq += 1
            self.send(
                f"REGISTER {uri} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch=z9hG4bK{call_id}{self.cseq}\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:{user}@{DOMAIN}>;tag=r\r\nTo: <sip:{user}@{DOMAIN}>\r\n"
                f"Call-ID: {call_id}\r\nCSeq: {self.cseq} REGISTER\r\nUser-Agent: {agent}\r\n"
                f"Contact: <sip:{user}@127.0.0.1:{self.port}{contact_params}>{header_params};expires={expires}\r\n"
                f"{authorization}Content-Length: 0\r\n\r\n")
            answer = self.receive("SIP/2.0 ")
            if " 401 " in answer.split("\r\n")[0]:
                challenge = re.search(r"WWW-Authenticate: (.*)", answer).group(1)
                authorization = f"Authorization: {digest(challenge, user, PASSWORD, 'REGISTER', uri)}\r\n"
                continue
            assert " 200 " in answer.split("\r\n")[0], answer
            return answer
        raise AssertionError(answer)

    def send(self, text):
        self.socket.sendto(text.encode(), ("127.0.0.1", self.server.udp))

    def receive(self, start=""):
        """The next message that starts with `start`; others are an error."""
        text = self.socket.recv(65536).decode(errors="replace")
        assert text.startswith(start), f"expected {start}, got {text}"
        return text

    def silence(self, seconds):
        """Nothing comes for this long."""
        self.socket.settimeout(seconds)
        try:
            text = self.socket.recv(65536).decode(errors="replace")
        except TimeoutError:
            return
        finally:
            self.socket.settimeout(LIMIT)
        raise AssertionError(f"expected nothing, got {text}")

    def close(self):
        self.socket.close()


def sleeping_phone(server, user, instance, provider="webhook"):
    """Registers a phone with push coordinates and puts it to sleep; its socket is gone."""
    phone = Socket(server)
    phone.register(user, contact_params=f";pn-provider={provider};pn-param=app;pn-prid=token-{instance}",
                   header_params=f';+sip.instance="<urn:uuid:{instance}>"')
    phone.close()


class EndToEnd(unittest.TestCase):
    """A server with a webhook, and users alice, bob and carol."""

    config = ""

    def setUp(self):
        self.webhook = Webhook()
        self.addCleanup(self.webhook.close)
        self.server = Server(self.webhook, self.config)
        self.addCleanup(self.server.close)
        self.server.add_users("alice", "bob", "carol")

    def steps(self, call_id):
        return [entry["what"] for entry in self.server.call(call_id)["timeline"]]
