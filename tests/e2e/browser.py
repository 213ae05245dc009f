"""A phone that is a web page: JsSIP in a Chromium without a screen. page/ holds the page."""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import queue
import shutil
import subprocess
import tempfile
import threading
import urllib.parse

from support import LIMIT

CHROMIUM = shutil.which("chromium")
NPM = shutil.which("npm")
PAGE = pathlib.Path(__file__).parent / "page"


def bundle(folder):
    """JsSIP and the page's own script in one file, made in `folder` from what npm's lock file names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("package.json", "package-lock.json", ".npmrc", "phone.js")
    made, key = folder / "bundle.js", folder / "bundle.sha256"
    want = hashlib.sha256(b"".join((PAGE / name).read_bytes() for name in names)).hexdigest()
    if made.exists() and key.exists() and key.read_text() == want:
        return made.read_bytes()
    for name in names:
        shutil.copy(PAGE / name, folder)
    for command in (["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                    ["run", "--silent", "bundle", "--", f"--outfile={made}"]):
        done = subprocess.run([NPM, *command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=4 * LIMIT)
        if done.returncode != 0:
            raise AssertionError(f"npm {command[0]}: {done.stdout}{done.stderr}")
    key.write_text(want)
    return made.read_bytes()


def key_hash(certificate):
    """The hash of a certificate's public key, as Chromium wants to be told whom to trust."""
    key = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"], check=True, capture_output=True)
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key.stdout, check=True,
                         capture_output=True)
    return base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()


class WebServer:
    """Serves the page, hears what happens there, and hands it what to do."""

    def __init__(self, script):
        self.events = queue.Queue()
        self.todo = queue.Queue()
        files = {"/phone.html": ("text/html", (PAGE / "phone.html").read_bytes()),
                 "/phone.js": ("text/javascript", script)}
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, kind, body):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                path = self.path.partition("?")[0]
                if path == "/todo":
                    what = owner.todo.get()
                    return self.answer(200, "text/plain", what.encode()) if what else None
                self.answer(*((200, *files[path]) if path in files else (404, "text/plain", b"")))

            def do_POST(self):
                owner.events.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.answer(204, "text/plain", b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/phone.html"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.todo.put(None)
        self.server.shutdown()
        self.server.server_close()


class BrowserPhone:
    """Chromium with the page open, registered at `server` as soon as it can."""

    def __init__(self, script, server, user, password, domain, certificate):
        self.web = WebServer(script)
        self.profile = tempfile.TemporaryDirectory(prefix="sipwake-chromium-", ignore_cleanup_errors=True)
        asked = urllib.parse.urlencode({"server": server, "uri": f"sip:{user}@{domain}", "password": password})
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless", *root, "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
             f"--user-data-dir={self.profile.name}",
             f"--ignore-certificate-errors-spki-list={key_hash(certificate)}", f"{self.web.url}?{asked}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def do(self, what):
        self.web.todo.put(what)

    def wait(self, what):
        """The next thing that happens in the page, which has to be `what`."""
        try:
            event = self.web.events.get(timeout=LIMIT)
        except queue.Empty:
            raise AssertionError(f"expected {what}, nothing has happened in the page") from None
        assert event["what"] == what, f"expected {what}, got {event}"
        return event

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=LIMIT)
        self.web.close()
        self.profile.cleanup()
