"""Kamailio as somebody's PBX, with the recipe that sipwake prints for it pasted in unchanged."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

from support import DOMAIN, LIMIT, Lines

# Two extensions of its own (200 rings at a desk, 300 at the desk and at extension 100 of sipwake).
CONFIG = """#!KAMAILIO
debug=2
log_stderror=yes
children=2
tcp_children=1
auto_aliases=no
listen=udp:{address}:5060
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "corex.so"
loadmodule "textops.so"
loadmodule "siputils.so"
modparam("tm", "fr_inv_timer", 60000)

request_route {{
	if (is_method("CANCEL")) {{
		if (t_check_trans()) t_relay();
		exit;
	}}
	if (has_totag()) {{
		if (loose_route() || t_check_trans()) t_relay();
		exit;
	}}
	t_check_trans();
{call}
	if ($rU == "200" || $rU == "300") {{
		record_route();
		$var(group) = ($rU == "300");
		$ru = "sip:desk@127.0.0.1:{desk}";
		if ($var(group)) append_branch("sip:100@{sipwake}");
		t_relay();
		exit;
	}}
	sl_send_reply("200", "Here");
}}

{route}
"""


def is_there():
    return shutil.which("kamailio") and pathlib.Path("/usr/lib/x86_64-linux-gnu/kamailio/modules/tm.so").exists()


def blocks(recipe):
    """The texts between the fences of a recipe."""
    return re.findall(r"^```\w*\n(.*?)^```$", recipe, re.MULTILINE | re.DOTALL)


class Kamailio:
    """It knows only fixed ports, so each has a loopback address of its own."""

    def __init__(self):
        self.address = f"127.{100 + os.getpid() % 100}.{os.getpid() // 100 % 250}.1"
        self.process = None
        self.folder = tempfile.mkdtemp(prefix="kamailio-")
        self.desk = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)  # keeps the port until the desk phone takes it
        self.desk.bind(("127.0.0.1", 0))

    @property
    def desk_port(self):
        return self.desk.getsockname()[1]

    def start(self, recipe, sipwake):
        pasted = blocks(recipe)
        route = next(text for text in pasted if text.startswith("route[SIPWAKE]"))
        call = next(text for text in pasted if text.startswith("\troute(SIPWAKE)"))
        path = pathlib.Path(self.folder) / "kamailio.cfg"
        path.write_text(CONFIG.format(address=self.address, call=call, route=route, desk=self.desk_port,
                                      sipwake=sipwake))
        self.process = subprocess.Popen(
            ["kamailio", "-f", str(path), "-DD", "-E", "-Y", self.folder, "-m", "32", "-M", "4"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        self.log = Lines(self.process.stderr)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            probe.settimeout(0.2)
            for number in range(LIMIT * 5):
                probe.sendto(
                    f"OPTIONS sip:{self.address} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{probe.getsockname()[1]}"
                    f";branch=z9hG4bKup{number}\r\nMax-Forwards: 70\r\nFrom: <sip:up@{DOMAIN}>;tag=u\r\n"
                    f"To: <sip:up@{DOMAIN}>\r\nCall-ID: up\r\nCSeq: {number + 1} OPTIONS\r\nContent-Length: 0\r\n\r\n"
                    .encode(), (self.address, 5060))
                try:
                    probe.recv(65536)
                    return
                except (TimeoutError, ConnectionRefusedError):
                    if self.process.poll() is not None:
                        break
        raise AssertionError("kamailio does not answer:\n" + "\n".join(self.log.seen[-20:]))

    def free_desk_port(self):
        """The port the desk phone is to be started at."""
        port = self.desk_port
        self.desk.close()
        return port

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=LIMIT)
        self.desk.close()
        shutil.rmtree(self.folder, ignore_errors=True)
