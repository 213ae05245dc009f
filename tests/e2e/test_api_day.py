"""docs/api.md, played: each of its commands against a real server, each answer held against what the document says.

SIPWAKE_WRITE_DOCS=1 writes the answers into the document instead; those that it shortens stay as they are."""
import json
import os
import pathlib
import re
import subprocess
import unittest

from support import DOMAIN, LIMIT, EndToEnd, Lines, Server, Webhook, sleeping_phone
from test_api import OFFER
from tls import UdpPhone

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs/api.md"
BLOCK = re.compile(r"^```console\n(\$ .*?\n)(.*?)^```$", re.S | re.M)
# What takes a phone that comes, or a link that is good once: played by test_page_phones.py.
ELSEWHERE = ["/ring-test", "/provision"]
# What is different each time.
CHANGING = [(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME"), (r"127\.0\.0\.1:\d+", "HOST"), (r"sw_[\w.-]+", "SECRET"),
            (r"\b\d{13}-(\d+)\b", r"PROCESS-\1"), (r"sipwake-[\d-]+\.db", "BACKUP"), (r'"[0-9a-f]{16}"', "ETAG"),
            (r'"bytes": ?\d+', '"bytes": N'), (r"\b\d+\.\d+ s\b", "SECONDS"), (r"^ +\d+\.\d{3}", "CLOCK"),
            (r"Date: .*", "Date: TIME"), (r"udp-0-\d+", "CALL")]


def settled(text):
    for pattern, word in CHANGING:
        text = re.sub(pattern, word, text, flags=re.M)
    return text.strip()


def faults(said, given, where="answer", some=False):
    """Where what was given is not what the document says; "..." stands for anything, `some` leaves members out."""
    if said == "...":
        return []
    if isinstance(said, dict) and isinstance(given, dict):
        missing = said.keys() - given.keys() if some else said.keys() ^ given.keys()
        return [f"{where}: only one of both has {missing}"] * bool(missing) + [
            f for key in said.keys() & given.keys() for f in faults(said[key], given[key], f"{where}.{key}", some)]
    if isinstance(said, list) and isinstance(given, list):
        if len(said) != len(given):
            return [f"{where}: {len(given)} entries instead of {len(said)}"]
        return [f for i, (a, b) in enumerate(zip(said, given)) for f in faults(a, b, f"{where}[{i}]", some)]
    same = settled(json.dumps(said)) == settled(json.dumps(given)) or where.endswith(".bytes")
    return [] if same else [f"{where}: {given!r} instead of {said!r}"]


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


class ADayWithTheApi(unittest.TestCase):
    def setUp(self):
        self.webhook = Webhook()
        self.addCleanup(self.webhook.close)
        self.server = Server(self.webhook)
        self.addCleanup(self.server.close)
        self.environment = {**os.environ, "API": self.server.http, "TOKEN": self.server.token}
        self.stream = None

    def run_command(self, command):
        done = subprocess.run(["bash", "-c", command], env=self.environment, capture_output=True, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 0, command + done.stderr)
        return done.stdout.replace("\r\n", "\n")

    def before(self, heading):
        """What happens in the world when the document comes to this heading."""
        if heading == "A phone registers":
            sleeping_phone(self.server, "bob", "bob-1")

    def call_begins(self):
        alice = UdpPhone(self.server.udp)
        self.addCleanup(alice.close)
        alice.ask_with_digest("INVITE", f"sip:bob@{DOMAIN}", "alice",
                              f"Contact: <sip:alice@{alice.host}>\r\nContent-Type: application/sdp\r\n", OFFER)
        self.webhook.next_push()

    def watch(self, command):
        """The stream of events from now on; what the document shows of it is what Alice's call does."""
        process = subprocess.Popen(["bash", "-c", "exec " + command], env=self.environment, stdout=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        lines = Lines(process.stdout)
        lines.wait("event: hello")
        self.call_begins()
        lines.wait('"push_accepted"')
        lines.wait('"replied"')
        return "\n".join(lines.seen)

    def hold(self, command, said, given):
        """What is wrong with an answer."""
        if " -sN " in command:
            wanted = re.findall(r"event: (\w+)\ndata: (.*)", said)
            got = re.findall(r"event: (\w+)\ndata: (.*)", given)
            return [f"no event {kind} {data}" for kind, data in wanted
                    if (kind, settled(data)) not in [(k, settled(d)) for k, d in got]]
        some = "(shortened)" in said
        wanted, got = parsed(said.replace("(shortened)", "")), parsed(given)
        if wanted is not None and got is not None:
            if some and isinstance(wanted, list):
                got = got["items"]
            return faults(wanted, got, some=some)
        if said.startswith("HTTP/1.1 "):
            return self.hold_heads(said, given)
        return [] if settled(said) == settled(given) else [f"{settled(given)}\n instead of\n{settled(said)}"]

    def hold_heads(self, said, given):
        head, _, body = given.partition("\n\n")
        lines = [settled(line) for line in head.split("\n")]
        shown = said.strip().split("\n")
        text = shown.pop() if shown[-1].startswith("{") else ""
        found = [f"no {line!r} in {lines}" for line in shown if settled(line) not in lines]
        return found + (faults(parsed(text), parsed(body)) if text else [])

    def test_every_answer_is_what_the_document_says(self):
        text = DOCUMENT.read_text()
        wrong, played, at = [], 0, 0
        written = text
        for block in BLOCK.finditer(text):
            for heading in re.findall(r"^## (.*)$", text[at:block.start()], re.M):
                self.before(heading)
            at = block.end()
            command, said = block[1][2:].strip(), block[2]
            if re.match(r"\w+=", command) or any(word in command for word in ELSEWHERE):
                continue
            given = self.watch(command) if " -sN " in command else self.run_command(command)
            played += 1
            if '"sw_' in given:
                self.environment["WALLBOARD"] = parsed(given)["token"]
            problems = self.hold(command, said, given)
            wrong += [f"{command}\n  {one}" for one in problems]
            if problems and parsed(said) is not None and parsed(given) is not None:
                fresh = json.dumps(parsed(given), indent=1, ensure_ascii=False) if "\n" in said.strip() else given.strip()
                written = written.replace(said, re.sub(r'"sw_[\w-]+"', '"sw_..."', fresh) + "\n")
        if os.environ.get("SIPWAKE_WRITE_DOCS"):
            DOCUMENT.write_text(written)
            return
        print(f"\ncommands of docs/api.md: {played}, wrong: {len(wrong)}")
        self.assertGreater(played, 15)
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))


if __name__ == "__main__":
    unittest.main()
