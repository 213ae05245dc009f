"""sipp scenarios, put together from pieces, and a runner. sipp is not ours, so it does not share our misreadings."""
import pathlib
import subprocess
import tempfile

from support import DOMAIN, LIMIT, PASSWORD

FIRST = "z9hG4bKfirst[pid]"    # branch of the INVITE that is challenged
SECOND = "z9hG4bKsecond[pid]"  # of the one that carries the credentials, its ACK and its CANCEL


def send(text, retransmit=True):
    lines = "\n".join("      " + line for line in text.strip("\n").splitlines())
    return f"  <send{' retrans=' + chr(34) + '500' + chr(34) if retransmit else ''}><![CDATA[\n{lines}\n  ]]></send>\n"


def receive_response(code, **flags):
    """`flags`: sipp's own attributes, as auth=True, optional=True, rrs=True (keep the route set)."""
    return f'  <recv response="{code}"' + "".join(f' {flag}="true"' for flag in flags) + "/>\n"


def receive_request(method, has="", has_not=""):
    """`has`, `has_not`: regular expressions that are looked for in the whole request."""
    actions, names = "", []
    for name, pattern, attribute in (("has", has, "check_it"), ("hasnot", has_not, "check_it_inverse")):
        if pattern:
            names.append(f"{name}{method}")
            actions += (f'    <ereg regexp="{pattern}" search_in="msg" {attribute}="true" '
                        f'assign_to="{name}{method}"/>\n')
    if not names:
        return f'  <recv request="{method}"/>\n'
    return (f'  <recv request="{method}">\n  <action>\n{actions}  </action>\n  </recv>\n'
            f'  <Reference variables="{",".join(names)}"/>\n')


def request(method, user, cseq, to, branch="[branch]", extra="", body=""):
    return f"""
{method} sip:{to}@{DOMAIN} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch={branch}
Max-Forwards: 70
From: <sip:{user}@{DOMAIN}>;tag=c[pid]
To: <sip:{to}@{DOMAIN}>
Call-ID: [call_id]
CSeq: {cseq} {method}
Contact: <sip:{user}@[local_ip]:[local_port]>
{extra}Content-Length: {"[len]" if body else "0"}

{body}"""


SDP = """v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio 40000 RTP/AVP 0
"""


def ack_failure(user, to, cseq, branch):
    return send(f"""
ACK sip:{to}@{DOMAIN} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch={branch}
Max-Forwards: 70
From: <sip:{user}@{DOMAIN}>;tag=c[pid]
[last_To:]
Call-ID: [call_id]
CSeq: {cseq} ACK
Content-Length: 0

""", retransmit=False)


def invite(user, to):
    """A caller's INVITE, challenged and answered."""
    authenticated = request("INVITE", user, 2, to, SECOND, body=SDP,
                            extra=f"[authentication username={user} password={PASSWORD}]\n"
                                  "Content-Type: application/sdp\n")
    first = request("INVITE", user, 1, to, FIRST, body=SDP, extra="Content-Type: application/sdp\n")
    return (send(first) + receive_response(407, auth=True) + ack_failure(user, to, 1, FIRST) + send(authenticated)
            + receive_response(100, optional=True))


def cancel(user, to, extra=""):
    return (send(f"""
CANCEL sip:{to}@{DOMAIN} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch={SECOND}
Max-Forwards: 70
From: <sip:{user}@{DOMAIN}>;tag=c[pid]
To: <sip:{to}@{DOMAIN}>
Call-ID: [call_id]
CSeq: 2 CANCEL
{extra}Content-Length: 0

""") + receive_response(200) + receive_response(487) + ack_failure(user, to, 2, SECOND))


def in_dialog(method, cseq, user, to, extra=""):
    """ACK or BYE of the caller, by the route set it learned."""
    return f"""
{method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch=[branch]
Max-Forwards: 70
[routes]
From: <sip:{user}@{DOMAIN}>;tag=c[pid]
[last_To:]
Call-ID: [call_id]
CSeq: {cseq} {method}
{extra}Content-Length: 0

"""


def reply(status, body="", extra="", cseq="[last_CSeq:]"):
    return send(f"""
SIP/2.0 {status}
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:];tag=d[pid]
[last_Call-ID:]
{cseq}
Contact: <sip:phone@[local_ip]:[local_port]>
{extra}Content-Length: {"[len]" if body else "0"}

{body}""", retransmit=bool(body))


def reply_in_dialog(status):
    """To a request that carries our tag already."""
    return send(f"""
SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

""", retransmit=False)


def register(user, instance=None, push=True, cseq=1):
    uri = f"sip:{user}@[local_ip]:[local_port]"
    if push:
        uri += f";pn-provider=webhook;pn-param=app;pn-prid=token-{instance}"
    header = f';+sip.instance="<urn:uuid:{instance}>"' if instance else ""

    def text(number, authorization):
        return f"""
REGISTER sip:{DOMAIN} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch=[branch]
Max-Forwards: 70
From: <sip:{user}@{DOMAIN}>;tag=g[pid]
To: <sip:{user}@{DOMAIN}>
Call-ID: [call_id]
CSeq: {number} REGISTER
User-Agent: {"LinphoneiOS/5.2" if push else "DeskPhone/1.0"}
Contact: <{uri}>{header};expires=600
{authorization}Content-Length: 0

"""
    return (send(text(cseq, "")) + receive_response(401, auth=True)
            + send(text(cseq + 1, f"[authentication username={user} password={PASSWORD}]\n"))
            + receive_response(200))


class Sipp:
    """One sipp process that plays one scenario once."""

    def __init__(self, server, pieces, call_id, name="scenario", port=None, target=None, host="127.0.0.1"):
        text = f'<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="{name}">\n{pieces}</scenario>\n'
        self.folder = tempfile.TemporaryDirectory(prefix="sipp-")
        path = pathlib.Path(self.folder.name) / "scenario.xml"
        path.write_text(text)
        command = ["sipp", target or f"127.0.0.1:{server.udp}", "-sf", str(path), "-m", "1", "-nd", "-i", host,
                   "-cid_str", call_id, "-timeout", f"{LIMIT}s", "-timeout_error", "-trace_err", "-nostdin",
                   "-max_retrans", "20"]
        if port:
            command += ["-p", str(port)]
        self.process = subprocess.Popen(command, cwd=self.folder.name, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def finish(self):
        """Waits for the scenario's end; a scenario that did not go as written is an error."""
        out, _ = self.process.communicate(timeout=LIMIT + 10)
        errors = "".join(p.read_text(errors="replace") for p in pathlib.Path(self.folder.name).glob("*errors.log"))
        self.folder.cleanup()
        if self.process.returncode != 0:
            raise AssertionError(f"sipp ended with {self.process.returncode}\n{errors[-4000:]}\n"
                                 f"{out.decode(errors='replace')[-1500:]}")

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
