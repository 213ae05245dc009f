"""linphone-daemon as a phone: an app that can be killed, started again and asked to answer, and whose call log we read.

It is the library of the Linphone apps without a screen, so what it makes of a late call is what those apps make of it.
"""
import contextlib
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import uuid

from support import DOMAIN, LIMIT, PASSWORD, Lines

ANSWERED = 0            # LinphoneCallStatus, as the call log stores it
MISSED = 2
ACCEPTED_ELSEWHERE = 5


def config(proxy, user, instance, token, root_ca):
    """A linphonerc. The instance is given: an app killed before its first save would invent another."""
    return f"""
[sip]
sip_port=-1
sip_tcp_port=0
sip_tls_port={-2 if root_ca else 0}
root_ca={root_ca}
use_ipv6=0
user_agent=LinphoneiOS/5.2
media_encryption=none
default_proxy=0

[rtp]
audio_rtp_port=-1
video_rtp_port=-1

[net]
firewall_policy=0

[misc]
uuid={instance}

[proxy_0]
reg_proxy=<sip:{proxy}>
reg_identity=sip:{user}@{DOMAIN}
reg_expires=600
reg_sendregister=1
contact_uri_parameters=pn-provider=webhook;pn-param=app;pn-prid={token}

[auth_info_0]
username={user}
userid={user}
passwd={PASSWORD}
realm={DOMAIN}
domain={DOMAIN}
algorithm=MD5
"""


def bare(instance, account, root_ca):
    """The linphonerc of an app that fetches its account from a link."""
    return f"""
[sip]
sip_port=-1
sip_tcp_port=-2
sip_tls_port={-2 if root_ca else 0}
root_ca={root_ca}
use_ipv6=0
user_agent=LinphoneiOS/5.2
media_encryption=none

[rtp]
audio_rtp_port=-1
video_rtp_port=-1

[net]
firewall_policy=0

[misc]
uuid={instance}
config-uri={account}
"""


class Linphone:
    """One installed app: its home folder outlives its processes."""

    def __init__(self, server, user, proxy=None, root_ca="", account=None):
        """`proxy`: host, port and transport, else UDP; `root_ca`: whom it trusts over TLS; `account`: a link to it."""
        self.server = server
        self.user = user
        self.token = f"token-{uuid.uuid4().hex}"
        self.instance = str(uuid.uuid4())
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="linphone-"))
        self.data = self.home / ".local/share/linphone"
        self.data.mkdir(parents=True)  # it does not start without
        self.config = self.home / "linphonerc"
        self.config.write_text(bare(self.instance, account, root_ca) if account else config(
            proxy or f"127.0.0.1:{server.udp};transport=udp", user, self.instance, self.token, root_ca))
        self.pipe = pathlib.Path("/tmp") / f"{self.home.name}.pipe"  # the daemon knows no other folder
        self.process = None
        self.log = None
        self.changed = threading.Condition()
        self.closed = False

    def start(self):
        """Starts the app; it registers by itself. May be called by the webhook's thread."""
        with self.changed:
            if self.closed:
                return
            self.process = subprocess.Popen(
                ["linphone-daemon", "--pipe", self.pipe.name, "--config", str(self.config), "--log", "/dev/stdout",
                 "--disable-stats-events"],
                env={**os.environ, "HOME": str(self.home)}, cwd=self.home,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.log = Lines(self.process.stdout)
            self.changed.notify_all()

    def kill(self):
        """The system kills a sleeping app: it has no chance to un-register."""
        with self.changed:
            if self.process is not None:
                self.process.kill()
                self.process.wait(timeout=LIMIT)
                self.pipe.unlink(missing_ok=True)
                self.process = None

    def close(self):
        with self.changed:
            self.closed = True
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def register_and_sleep(self):
        """The app was used once, and the system has killed it since."""
        seen = len(self.server.log.seen)
        self.start()
        self.server.log.wait("register.ok", f"aor={self.user}@", start=seen)
        self.kill()

    def reach(self, state):
        """Waits until its call is in this state; the app may be started meanwhile."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.process is not None, timeout=LIMIT):
                raise AssertionError("nobody started the app")
        self.log.wait(f"to LinphoneCall{state}")

    def ask(self, command):
        """A line for the daemon's pipe; its answer."""
        with socket.socket(socket.AF_UNIX) as pipe:
            pipe.settimeout(LIMIT)
            pipe.connect(str(self.pipe))
            pipe.sendall(command.encode() + b"\n")
            answer = pipe.recv(65536).decode()
        if not answer.startswith("Status: Ok"):
            raise AssertionError(f"{command}: {answer}")
        return answer

    def answer(self):
        """Accepts the first call since its start, as a tap on the button does."""
        self.ask("answer 1")

    def call_log(self):
        """What its list of calls shows: (Call-ID, status) of each entry."""
        file = f"file:{self.data / 'call-history.db'}?mode=ro"
        with contextlib.closing(sqlite3.connect(file, uri=True, timeout=LIMIT)) as database:
            return database.execute("SELECT call_id, status FROM call_history ORDER BY id").fetchall()
