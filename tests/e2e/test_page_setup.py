"""What the owner of a server changes on the status page."""
import urllib.error

from support import DOMAIN
from visits import Visit


class Setup(Visit):
    def test_makes_a_token_that_works_until_it_is_revoked(self):
        self.log_in()
        self.visitor.go(to="setup/tokens")
        self.visitor.fill(label="Name", value="wall board")
        self.visitor.click(name="Make a token")
        self.visitor.see(text="It is shown only now.")
        self.no_faults("the new token")
        secret = self.visitor.text(where=".secret code")
        self.visitor.click(name="Done")
        self.visitor.see(text="wall board", where="tbody")
        self.assertEqual(self.server.api("GET", "/api/v1/calls", token=secret)["items"], [])
        with self.assertRaises(urllib.error.HTTPError) as raised:
            self.server.api("POST", "/api/v1/users", {"aor": f"eve@{DOMAIN}", "password": "x"}, token=secret)
        self.assertEqual(raised.exception.code, 403)
        self.visitor.click(name="Revoke: wall board")
        self.visitor.see(text="Revoke wall board?")
        self.visitor.click(name="Revoke", where="dialog")
        self.visitor.gone(where="text=wall board")
        with self.assertRaises(urllib.error.HTTPError) as raised:
            self.server.api("GET", "/api/v1/calls", token=secret)
        self.assertEqual(raised.exception.code, 401)
        self.visitor.go(to="setup/audit")
        self.visitor.see(text="revoked a token", where="tbody")
        self.nothing_went_wrong()

    def test_bans_lifts_and_bans_again(self):
        self.log_in()
        self.visitor.go(to="setup/bans")
        self.visitor.see(text="Nobody is kept out.")
        self.visitor.fill(label="Address", value="192.0.2.77")
        self.visitor.click(name="Ban")
        self.visitor.see(text="192.0.2.77 is kept out.")
        self.no_faults("bans")
        self.assertEqual([ban["address"] for ban in self.server.api("GET", "/api/v1/bans")["items"]], ["192.0.2.77"])
        self.visitor.click(name="Lift: 192.0.2.77")
        self.visitor.see(text="192.0.2.77 may come again.")
        self.assertEqual(self.server.api("GET", "/api/v1/bans")["items"], [])
        self.visitor.click(name="Undo")
        self.visitor.see(text="192.0.2.77 is kept out again.")
        self.assertEqual(len(self.server.api("GET", "/api/v1/bans")["items"]), 1)
        self.nothing_went_wrong()

    def test_says_why_an_address_cannot_be_banned(self):
        self.log_in()
        self.visitor.go(to="setup/bans")
        self.visitor.fill(label="Address", value="the neighbour")
        self.visitor.click(name="Ban")
        self.visitor.wait(where=".field .wrong")
        self.focus(label="Address")
        self.assertEqual(self.server.api("GET", "/api/v1/bans")["items"], [])

    def test_forwards_the_calls_of_a_user(self):
        self.log_in()
        self.visitor.go(to="setup/users")
        bob = f"bob@{DOMAIN}"
        self.visitor.click(name=f"Edit: {bob}")
        self.visitor.focus(where="dialog summary")
        self.visitor.press(key="Enter")
        self.visitor.type(where='dialog .field:has-text("All calls go on to") input', value=bob)
        self.visitor.click(name="Save", where="dialog")
        self.visitor.see(text="calls cannot go on to where they are", where="dialog .field .wrong")
        self.visitor.type(where='dialog .field:has-text("All calls go on to") input', value="alice")
        self.no_faults("forwarding")
        self.visitor.click(name="Save", where="dialog")
        self.visitor.see(text="to alice", where="tbody .badge")
        self.assertEqual(self.server.api("GET", f"/api/v1/users/{bob}")["forward_always"], "alice")
        self.nothing_went_wrong()

    def test_makes_edits_and_deletes_a_group(self):
        self.log_in()
        self.visitor.go(to="setup/groups")
        self.visitor.see(text="No group yet.")
        self.visitor.click(name="Add a group")
        self.visitor.type(where='dialog .field:has-text("Address") input >> nth=0', value=f"sales@{DOMAIN}")
        self.visitor.type(where="dialog textarea", value="alice\nnobody")
        self.visitor.click(name="Add", where="dialog")
        self.visitor.see(text="there is no such user: nobody", where="dialog .field .wrong")
        self.visitor.type(where="dialog textarea", value="alice\nbob")
        self.no_faults("a group")
        self.visitor.click(name="Add", where="dialog")
        self.visitor.see(text="all at once", where="tbody")
        self.visitor.click(name=f"Edit: sales@{DOMAIN}")
        self.visitor.select(where="dialog select", value="serial")
        self.visitor.click(name="Save", where="dialog")
        self.visitor.see(text="one after another", where="tbody")
        group = self.server.api("GET", f"/api/v1/groups/sales@{DOMAIN}")
        self.assertEqual((group["strategy"], group["members"]), ("serial", [f"alice@{DOMAIN}", f"bob@{DOMAIN}"]))
        self.visitor.click(name=f"Delete: sales@{DOMAIN}")
        self.visitor.click(name="Delete", where="dialog")
        self.visitor.see(text="No group yet.")
        self.nothing_went_wrong()

    def test_makes_fetches_and_deletes_a_backup(self):
        self.log_in()
        self.visitor.go(to="setup/server")
        self.visitor.see(text="No backup yet.")
        self.visitor.click(name="Make a backup")
        self.visitor.see(text="The backup is made.")
        self.visitor.wait(where="tbody .button")
        self.no_faults("backups")
        name = self.server.api("GET", "/api/v1/backup")["items"][0]["name"]
        self.assertEqual(self.visitor.download(name=f"Download: {name}"), {"name": name, "begins": "SQLite format 3"})
        self.visitor.click(name=f"Delete: {name}")
        self.visitor.click(name="Delete", where="dialog")
        self.visitor.see(text="No backup yet.")
        self.assertEqual(self.server.api("GET", "/api/v1/backup")["items"], [])
        self.nothing_went_wrong()

    def test_hangs_up_a_held_call(self):
        self.sleeping()
        self.log_in()
        alice = self.call()
        self.webhook.next_push()
        self.visitor.go(to="calls/1")
        self.visitor.click(name="Hang up")
        self.visitor.see(text="Hang up this call?")
        self.visitor.click(name="Hang up", where="dialog")
        self.assertTrue(self.final(alice).startswith("SIP/2.0 480"))
        self.visitor.gone(where="dialog")
        self.visitor.gone(where=".page-head .countdown")
        self.nothing_went_wrong()

    def test_forgets_a_phone(self):
        self.sleeping()
        self.log_in()
        self.visitor.go(to="phones")
        self.visitor.click(name=f"Forget: Mobile, bob@{DOMAIN}")
        self.visitor.click(name="Forget", where="dialog")
        self.visitor.see(text="No phone has registered yet.")
        self.assertEqual(self.server.api("GET", "/api/v1/devices")["items"], [])
        self.nothing_went_wrong()

    def test_shows_the_first_steps_until_the_first_call(self):
        self.log_in()
        self.visitor.see(text="Change the password", where=".guide .next")
        self.server.api("POST", "/api/v1/login/password", {"password": self.password, "new_password": "another good one"})
        # It ends all sessions but the one it is asked in, and this one was asked for by a token.
        self.visitor.reload()
        self.visitor.fill(label="Password", value="another good one")
        self.visitor.click(name="Log in")
        self.visitor.see(text="Register a phone for each", where=".guide .next")
        self.sleeping()
        self.visitor.see(text="Call one from the other", where=".guide .next")
        self.call()
        self.webhook.next_push()
        self.visitor.gone(where=".guide")
        self.nothing_went_wrong()

    def test_does_not_take_the_demonstration_for_the_first_steps(self):
        people = ("demo-alice", "demo-bob")
        for one in people:
            self.server.api("POST", "/api/v1/users", {"aor": f"{one}@{DOMAIN}", "password": "secret"})
        for user in ("alice", "bob", "carol"):
            self.server.api("DELETE", f"/api/v1/users/{user}@{DOMAIN}")
        self.sleeping("demo-bob")
        self.call("demo-bob", caller="demo-alice")
        self.webhook.next_push()
        self.log_in()
        self.visitor.see(text="Change the password", where=".guide .next")
        self.visitor.see(text="demo-bob", where=".live-call")
        self.assertEqual(self.visitor.count(where=".guide .done"), 1)  # the push service is there
        self.nothing_went_wrong()

    def test_says_how_the_push_service_is(self):
        self.sleeping()
        self.log_in()
        self.visitor.go(to="setup/push")
        self.visitor.see(text="not asked yet", where="tbody")
        self.call()
        self.webhook.next_push()
        self.visitor.see(text="ready", where="tbody .badge")
        self.nothing_went_wrong()
