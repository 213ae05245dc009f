"""Asterisk as somebody's PBX or provider. Debian 12 has no package of it: where it is not installed, the folder of a
system that has it can be named by SIPWAKE_ASTERISK_ROOT, and it runs in there."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from support import LIMIT, Lines

ROOT = pathlib.Path(os.environ.get("SIPWAKE_ASTERISK_ROOT", "/"))

ASTERISK = """[directories]
astrundir => {folder}
astlogdir => {folder}
astspooldir => {folder}
astdbdir => {folder}
astkeydir => {folder}
astetcdir => {folder}
astmoddir => {modules}
[options]
documentation_language = en_US
"""

# What playing two calls needs; it takes no port of its own but that of SIP.
MODULES = """[modules]
autoload = no
""" + "".join(f"load = {name}.so\n" for name in """
res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjproject res_pjsip res_pjsip_session res_pjsip_pubsub res_pjsip_authenticator_digest
res_pjsip_outbound_authenticator_digest res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user
res_pjsip_caller_id res_pjsip_diversion res_pjsip_sdp_rtp res_pjsip_nat res_pjsip_rfc3326 res_pjsip_registrar
res_pjsip_dtmf_info res_rtp_asterisk chan_pjsip bridge_simple bridge_builtin_features bridge_builtin_interval_features
bridge_holding codec_ulaw codec_alaw pbx_config app_dial app_echo app_playback res_timing_timerfd func_callerid
res_clioriginate""".split())

PJSIP = """[transport-udp]
type=transport
protocol=udp
bind={address}:5060

"""

# Extension 200 answers; 300 is a ring group of a desk, which answers after a second, and extension 100.
EXTENSIONS = """[internal]
exten => 200,1,Answer()
 same => n,Echo()
exten => 300,1,Dial(Local/desk@internal&Local/100@internal,60)
exten => desk,1,Wait(1)
 same => n,Answer()
 same => n,Wait(1)
 same => n,Hangup()
include => {phones}

"""


def is_there():
    return any((ROOT / place).exists() for place in ("usr/sbin/asterisk", "usr/local/sbin/asterisk"))


def blocks(recipe):
    """The texts between the fences of a recipe."""
    return re.findall(r"^```\w*\n(.*?)^```$", recipe, re.MULTILINE | re.DOTALL)


class Asterisk:
    """On port 5060 of a loopback address of its own."""

    def __init__(self):
        self.address = f"127.{100 + os.getpid() % 100}.{os.getpid() // 100 % 250}.2"
        self.process = None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="asterisk-", dir=ROOT / "tmp"))

    def start(self, pjsip, extensions, phones="nobody"):
        """`phones`: the context of the phones of sipwake."""
        inside = pathlib.Path("/") / self.folder.relative_to(ROOT)
        modules = next(place for pattern in ("usr/lib/asterisk/modules", "usr/lib/*/asterisk/modules") for place in ROOT.glob(pattern))
        files = {
            "asterisk.conf": ASTERISK.format(folder=inside, modules=pathlib.Path("/") / modules.relative_to(ROOT)),
            "modules.conf": MODULES,
            "logger.conf": "[logfiles]\nconsole => notice,warning,error\n",
            "rtp.conf": "[general]\nrtpstart=20000\nrtpend=20100\n",
            "pjsip.conf": PJSIP.format(address=self.address) + pjsip,
            "extensions.conf": EXTENSIONS.format(phones=phones) + extensions,
        }
        for name, text in files.items():
            (self.folder / name).write_text(text)
        self.command = [*(["chroot", str(ROOT)] if ROOT != pathlib.Path("/") else []), "asterisk", "-C",
                        str(inside / "asterisk.conf")]
        self.process = subprocess.Popen([*self.command, "-f", "-n", "-vv"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.log = Lines(self.process.stdout)
        self.ask("core waitfullybooted")

    def ask(self, command):
        """What its console answers; it may still be starting."""
        until = time.monotonic() + LIMIT
        while True:
            done = subprocess.run([*self.command, "-rx", command], capture_output=True, text=True, timeout=LIMIT)
            if "No such command" in done.stdout:
                raise AssertionError(f"asterisk: {done.stdout}")
            if done.returncode == 0:
                return done.stdout
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"asterisk: {command}: {done.stdout}{done.stderr}\n" + "\n".join(self.log.seen[-30:]))

    def is_reaching(self, aor):
        """Waits until it has heard an answer to an OPTIONS of its own."""
        until = time.monotonic() + LIMIT
        while " Avail " not in (text := self.ask(f"pjsip show aor {aor}")):
            if time.monotonic() > until:
                raise AssertionError(f"asterisk does not reach {aor}:\n{text}")
            self.ask(f"pjsip qualify {aor}")

    def call(self, extension):
        """A call from inside the PBX, as one of its own phones would make it; it stays on for a minute."""
        self.ask(f"channel originate Local/{extension}@internal application Echo")

    def hang_up(self):
        self.ask("channel request hangup all")

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=LIMIT)
        shutil.rmtree(self.folder, ignore_errors=True)
