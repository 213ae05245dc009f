"""The status page in Chromium, beside a real server and phones that are sockets."""
import json
import os
import pathlib
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from support import DOMAIN, LIMIT, EndToEnd, Server
from tls import UdpPhone, response_to
from visitor import CHROMIUM, NPM, Visitor, fetch
from visits import Visit, status_of

ATTACK = "<img src=x onerror=alert(1)>"
IMAGES = os.environ.get("SIPWAKE_IMAGES")  # a folder: pictures of each view are put there


class Page(Visit):
    def test_lets_in_who_knows_the_password(self):
        self.visitor.open(url=self.server.http + "/")
        self.visitor.fill(label="Password", value="wrong")
        self.visitor.click(name="Log in")
        self.visitor.see(text="This is not the password.")
        self.no_faults("log-in")
        self.visitor.fill(label="Password", value=self.password)
        self.visitor.click(name="Log in")
        self.visitor.see(text="All well.")
        self.visitor.reload()
        self.visitor.see(text="All well.")
        self.visitor.click(name="Log out")
        self.visitor.see(text="Log in to see")
        self.nothing_went_wrong()

    def test_looks_at_five_passwords_and_no_more(self):
        def try_one():
            request = urllib.request.Request(self.server.http + "/api/v1/login", data=b'{"password":"wrong"}',
                                             headers={"Content-Type": "application/json"})
            with self.assertRaises(urllib.error.HTTPError) as raised:
                urllib.request.urlopen(request)
            raised.exception.close()
            return raised.exception.code
        self.assertEqual([try_one() for _ in range(6)], [403] * 5 + [429])

    def test_adds_a_user_whose_phone_registers_and_appears(self):
        self.log_in()
        self.visitor.go(to="setup")
        self.visitor.fill(label="Address", value=f"dora@{DOMAIN}")
        self.visitor.fill(label="Name", value="Dora")
        self.visitor.fill(label="Password", value="secret")
        self.visitor.click(name="Add")
        self.visitor.see(text=f"dora@{DOMAIN} can register now.")
        self.visitor.go(to="phones")
        self.visitor.see(text="No phone has registered yet.")
        self.assertIn("SIP/2.0 200", self.phone().register("dora"))
        self.visitor.see(text=f"dora@{DOMAIN}", where="tbody")
        self.visitor.see(text="awake", where="tbody")
        self.nothing_went_wrong()

    def test_edits_disables_and_deletes_a_user(self):
        self.log_in()
        self.visitor.go(to="setup")
        carol = f"carol@{DOMAIN}"
        self.visitor.click(name=f"Edit: {carol}")
        self.visitor.type(where="dialog input >> nth=0", value="Carola")
        self.visitor.click(name="Make one up", where="dialog")
        self.no_faults("a user's form")
        self.visitor.click(name="Save", where="dialog")
        self.visitor.see(text=f"{carol} is saved.")
        self.visitor.see(text="Carola", where="tbody")
        self.visitor.click(name=f"Disable: {carol}")
        self.visitor.see(text="disabled", where="tbody .badge")
        self.assertFalse(self.server.api("GET", f"/api/v1/users/{carol}")["enabled"])
        self.visitor.click(name=f"Delete: {carol}")
        self.visitor.see(text=f"Delete {carol}?")
        self.no_faults("the question")
        self.visitor.click(name="Delete", where="dialog")
        self.visitor.gone(where="dialog")
        self.visitor.see(text=f"{carol} is deleted.")
        self.visitor.gone(where=f"tbody >> text={carol}")
        self.assertEqual(len(self.server.api("GET", "/api/v1/users")["items"]), 2)
        self.nothing_went_wrong()

    def test_shows_a_held_call_from_countdown_to_ladder(self):
        self.sleeping()
        self.log_in()
        alice = self.call()
        self.webhook.next_push()
        self.visitor.wait(where=".live-call.held")
        minutes, seconds = self.visitor.text(where=".countdown .big").split(":")
        self.assertEqual(minutes, "0")
        self.assertIn(int(seconds), range(1, 31))
        self.visitor.go(to="calls/1")
        self.visitor.wait(where=".page-head .countdown")
        bob = self.waken()
        self.answer(alice, bob)
        self.visitor.see(text="talking", where=".page-head")
        self.hang_up(alice, bob)
        self.visitor.see(text="answered", where=".page-head .badge")
        call = self.server.api("GET", "/api/v1/calls/1")
        self.visitor.wait(where='[role="option"]')
        self.assertEqual(self.visitor.text(where=".verdict").replace("\u00a0", " "), call["verdict"])
        self.assertEqual(self.visitor.attributes(where=".steps li", name="data-what"),
                         [step["what"] for step in call["timeline"]])
        self.assertEqual(self.visitor.count(where='[role="option"]'), len(call["timeline"]))
        self.reads_the_invite(call["timeline"][0]["message"])
        exported = self.visitor.attributes(where="a[download]", name="href")
        self.assertEqual(self.server.api("GET", exported[0])["call"]["verdict"], call["verdict"])
        self.nothing_went_wrong()

    def reads_the_invite(self, message):
        """Of the call that the page shows: by keyboard, until Escape."""
        self.assertIn("Authorization: Digest (hidden)\r\n", message)
        self.visitor.focus(where='[role="listbox"]')
        self.visitor.press(key="Home")
        self.assertEqual(self.visitor.text(where=".message pre").strip().split("\n"), message.strip().split("\r\n"))
        self.assertIn("Call-ID", self.visitor.texts(where=".message b"))
        self.no_faults("the message of a step")
        self.visitor.focus(where=".message pre")
        self.visitor.wait(where=".message pre:focus")
        self.visitor.press(key="Escape")
        self.visitor.gone(where=".message")

    def test_shows_a_hostile_name_as_text(self):
        self.server.api("POST", "/api/v1/users", {"aor": f"eve@{DOMAIN}", "password": "secret", "display_name": ATTACK})
        self.sleeping("eve")
        self.log_in()
        alice = self.call("eve", name=ATTACK)
        self.visitor.see(text=ATTACK, where=".live-call.held")
        alice.write("CANCEL", f"sip:eve@{DOMAIN}", "alice")
        self.final(alice)
        self.visitor.go(to="calls/1")
        self.visitor.see(text=f"{ATTACK} called eve")
        self.visitor.see(text=f"of {ATTACK}", where="tbody")
        self.visitor.go(to="setup")
        self.visitor.see(text=ATTACK, where="tbody")
        self.assertEqual(self.visitor.count(where="img"), 0)
        self.nothing_went_wrong()

    def test_says_that_the_server_is_gone_and_goes_on_when_it_is_back(self):
        self.server.config.write_text(self.server.config.read_text().replace(
            'address = "127.0.0.1:0"\n[auth]', f'address = "{self.server.http.removeprefix("http://")}"\n[auth]'))
        self.log_in()
        self.visitor.wait(where=".pulse.live")
        self.server.stop()
        self.visitor.see(text="No connection to the server.")
        self.no_faults("a lost connection")
        self.server.start()
        # Who was logged in is kept in memory.
        self.visitor.see(text="Log in to see")
        self.visitor.fill(label="Password", value=self.password)
        self.visitor.click(name="Log in")
        self.visitor.wait(where=".pulse.live")

    def test_is_whole_on_every_screen(self):
        self.sleeping()
        alice = self.call()
        self.webhook.next_push()
        bob = self.waken()
        self.answer(alice, bob)
        self.hang_up(alice, bob)
        self.log_in()
        for dark in (False, True):
            for width in (1280, 390):
                self.visitor.open(url=self.server.http + "/", dark=dark, width=width)
                for view, sign in (("now", "Recent calls"), ("calls", "shown"), ("calls/1", "Phones of this call"),
                                   ("phones", "shown"), ("setup/server", "Listens on"),
                                   ("setup/users", "Make one up"), ("setup/groups", "No group yet"), ("setup/routes", "No route yet"), ("setup/push", "Webhook"), ("setup/bans", "Nobody is kept out"),
                                   ("setup/tokens", "Make a token"), ("setup/audit", "added a user")):
                    self.visitor.go(to=view)
                    self.visitor.see(text=sign)
                    self.no_faults(f"{view}, {width} wide, {'dark' if dark else 'light'}")
        self.nothing_went_wrong()

    def test_is_light_and_soon_there(self):
        self.log_in()
        self.call("nobody")
        self.visitor.open(url=self.server.http + "/")
        self.visitor.see(text="Recent calls")
        figures = self.visitor.timings()
        print(f"page: {figures}")
        self.assertLess(figures["bytes"], 80_000)
        self.assertLess(figures["shifted"], 0.1)

    def test_walks_the_ladder_by_keyboard(self):
        self.sleeping()
        alice = self.call()
        self.webhook.next_push()
        alice.write("CANCEL", f"sip:bob@{DOMAIN}", "alice")
        self.final(alice)
        self.log_in()
        self.visitor.go(to="calls/1")
        self.visitor.wait(where='[role="option"]')
        self.visitor.focus(where='[role="listbox"]')
        self.visitor.press(key="Home")
        self.assertIn("INVITE", self.visitor.text(where=".step-details"))
        self.visitor.press(key="ArrowDown")
        self.assertEqual(self.visitor.attributes(where='[role="option"][aria-selected="true"]', name="id"), ["step-1"])


class Events(EndToEnd):
    """What scripts hear of."""

    def follow(self, last=None):
        headers = {"Authorization": f"Bearer {self.server.token}", **({"Last-Event-ID": last} if last else {})}
        stream = urllib.request.urlopen(urllib.request.Request(self.server.http + "/api/v1/events", headers=headers),
                                        timeout=LIMIT)
        self.addCleanup(stream.close)
        return stream

    def next_event(self, stream):
        """The next one: id, type and data."""
        event = {}
        while line := stream.readline().decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            event[name] = value
        return event if "event" in event else self.next_event(stream)

    def register(self):
        phone = UdpPhone(self.server.udp)
        self.addCleanup(phone.close)
        self.assertIn("SIP/2.0 200", phone.register("bob"))

    def test_are_heard_as_they_happen(self):
        stream = self.follow()
        self.assertEqual(self.next_event(stream)["event"], "hello")
        self.register()
        event = self.next_event(stream)
        self.assertEqual(event["event"], "registration")
        self.assertEqual(json.loads(event["data"])["removed"], False)

    def test_are_replayed_after_the_last_one_that_was_heard(self):
        first = self.follow()
        begun = self.next_event(first)["id"]
        self.register()
        heard = self.next_event(first)
        first.close()
        second = self.follow(begun)
        self.assertEqual(self.next_event(second)["event"], "hello")
        self.assertEqual(self.next_event(second), heard)

    def test_begin_anew_for_who_heard_another_process(self):
        self.assertEqual(self.next_event(self.follow("1-1"))["event"], "reset")


@unittest.skipUnless(IMAGES and CHROMIUM and NPM, "SIPWAKE_IMAGES does not say where to put pictures")
class Pictures(unittest.TestCase):
    """Not a test: what docs/images shows, from the calls of the demonstration."""

    def test_takes_a_picture_of_each_view(self):
        server = DemoServer()
        self.addCleanup(server.close)
        visitor = Visitor(fetch(pathlib.Path(os.environ.get("SIPWAKE_VISITOR") or tempfile.mkdtemp(prefix="sipwake-visitor-"))))
        self.addCleanup(visitor.close)
        folder = pathlib.Path(IMAGES).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        visitor.open(url=server.http + "/")
        visitor.see(text="Log in to see")
        visitor.shot(path=str(folder / "login.png"))
        visitor.fill(label="Password", value=server.out.wait("Password:  ").split()[1])
        visitor.click(name="Log in")
        visitor.see(text="Recent calls")
        calls = server.api("GET", "/api/v1/calls")["items"]
        told = next(call["id"] for call in calls if "screen of" in call["verdict"] and call["answered_at"])
        for look, dark in (("light", False), ("dark", True)):
            for size, width, height in (("wide", 1280, 800), ("narrow", 390, 844)):
                visitor.open(url=server.http + "/", dark=dark, width=width, height=height)
                for view, to, sign in (("now", "now", "Recent calls"), ("calls", "calls", "shown"), ("phones", "phones", "shown"),
                                       ("call", f"calls/{told}", "Phones of this call"),
                                       ("setup", "setup/users", "Add"), ("push", "setup/push", "Webhook"),
                                       ("tokens", "setup/tokens", "Make a token")):
                    visitor.go(to=to)
                    visitor.see(text=sign)
                    if view == "call":
                        visitor.wait(where='[role="option"]')
                    if view == "now":
                        visitor.wait(where=".plot canvas")
                    visitor.shot(path=str(folder / f"{view}-{look}-{size}.png"))
                self.open(visitor, "setup/users", "QR code: demo-alice@")
                visitor.wait(where="svg.qr path")
                visitor.shot(path=str(folder / f"qr-{look}-{size}.png"), whole=False)
                self.ring(server, visitor)
                visitor.shot(path=str(folder / f"ring-{look}-{size}.png"), whole=False)

    def open(self, visitor, view, button):
        visitor.press(key="Escape")
        visitor.go(to=view)
        visitor.wait(where=".actions button")
        visitor.click(name=next(name for name in visitor.attributes(where=".actions button", name="aria-label")
                                if name.startswith(button)))

    def ring(self, server, visitor):
        """A phone of another user sleeps, is tested, comes and rings."""
        user = "anna"
        server.add_users(user)

        def come():
            phone = UdpPhone(server.udp)
            self.addCleanup(phone.close)
            phone.register(user, f";pn-provider=webhook;pn-param=app;pn-prid={user}", f';+sip.instance="<urn:uuid:{user}>"')
            return phone

        come()
        mine = next(one["id"] for one in server.api("GET", "/api/v1/registrations?limit=200")["items"] if user in one["aor"])
        server.api("DELETE", f"/api/v1/registrations/{mine}")
        self.open(visitor, "phones", f"Ring test: Mobile, {user}")
        visitor.see(text="Waiting for the phone to register")
        time.sleep(1.5)  # as long as a phone takes
        phone = come()
        invite = phone.next()
        time.sleep(.4)
        phone.send(status_of(response_to(invite, "b"), "180 Ringing"))
        visitor.wait(where=".notice.well")
        server.api("DELETE", f"/api/v1/users/{user}@{DOMAIN}")


class DemoServer(Server):
    options = ("--demo",)


if __name__ == "__main__":
    unittest.main(verbosity=2)
