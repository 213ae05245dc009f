"""The status page for those who use no mouse, large letters or a screen reader."""
import re

from support import DOMAIN
from visits import Visit

# Each with a word that is there when its lists have been read, and the beginning of its title.
VIEWS = (("now", "All calls", "Now"), ("calls", "shown", "Calls"), ("calls/1", "Phones of this call", "alice@"),
         ("phones", "shown", "Phones"), ("setup/users", "QR code", "Users"), ("setup/groups", "No group yet.", "Groups"),
         ("setup/routes", "by provider", "Trunks and routes"), ("setup/push", "Webhook", "Push"), ("setup/bans", "Nobody is kept out", "Bans"),
         ("setup/tokens", "e2e", "Tokens"), ("setup/audit", "added a user", "Changes"), ("setup/server", "No backup yet.", "Server"))


class Access(Visit):
    def setUp(self):
        super().setUp()
        self.server.api("POST", "/api/v1/trunks", {"name": "provider", "targets": ["192.0.2.1"], "username": "me", "password": "secret"})
        for name in ("abroad", "home"):
            self.server.api("POST", "/api/v1/routes", {"name": name, "trunk": "provider"})
        self.sleeping()
        alice = self.call()
        self.webhook.next_push()
        alice.write("CANCEL", f"sip:bob@{DOMAIN}", "alice")
        self.final(alice)
        self.log_in()

    def each_view(self, look, **how):
        """Opens the page so, and looks at one view after another."""
        if how:
            self.visitor.open(url=self.server.http + "/", **how)
        for view, sign, title in VIEWS:
            with self.subTest(view=view, **how):
                self.visitor.go(to=view)
                self.visitor.see(text=sign)
                if view == "calls/1":
                    self.visitor.wait(where='[role="option"]')
                look(title)

    def test_is_walked_by_keyboard_alone(self):
        def look(_):
            walked = self.visitor.walk()
            self.assertEqual(walked["odd"], [])
            self.assertGreater(walked["stops"], 7)
        self.each_view(look, width=1280, height=600)
        self.each_view(look, width=390, height=600)

    def test_needs_no_scrolling_sideways_at_320_pixels_and_with_wide_letters(self):
        def look(_):
            self.assertLessEqual(self.visitor.too_wide(), 0)
            self.visitor.space()
            self.assertLessEqual(self.visitor.too_wide(), 0, "with more space")
        self.each_view(look, width=320, height=256)

    def test_stands_still_for_who_asked_for_it_and_names_each_view(self):
        def look(title):
            self.assertEqual(self.visitor.moving(), 0)
            self.until(lambda: re.match(f"^{title}.*sipwake$", self.visitor.title()))
        self.each_view(look)

    def test_skips_to_the_content(self):
        self.visitor.go(to="calls")
        self.visitor.see(text="shown")
        self.visitor.reload()
        self.visitor.see(text="shown")
        self.visitor.press(key="Tab")
        self.focus(text="Skip to the content")
        self.visitor.press(key="Enter")
        self.focus(label="Calls")

    def test_takes_the_focus_along_into_a_call(self):
        self.visitor.go(to="calls")
        self.visitor.wait(where=".calls a")
        self.visitor.focus(where=".calls a")
        self.visitor.press(key="Enter")
        self.visitor.see(text="Phones of this call")
        self.focus(part="called bob")

    def test_keeps_the_focus_in_a_dialog_and_gives_it_back(self):
        openers = (("setup/routes", "Edit: provider"), ("setup/routes", "Delete: abroad"), ("setup/routes", "Add a route"),
                   ("setup/users", "Import"), ("phones", "Forget: Mobile, bob@"))
        for view, name in openers:
            with self.subTest(name):
                self.visitor.go(to=view)
                button = f'button[aria-label^="{name}"], button:text-is("{name}")'
                self.visitor.wait(where=button)
                self.visitor.focus(where=button)
                self.visitor.press(key="Enter")
                self.visitor.wait(where="dialog")
                for _ in range(9):
                    self.visitor.press(key="Tab")
                    self.until(lambda: self.visitor.focus_is(where="dialog *, body"))
                self.no_faults(name)
                self.visitor.press(key="Escape")
                self.visitor.gone(where="dialog")
                self.until(lambda: self.visitor.focus_is(where=button))
