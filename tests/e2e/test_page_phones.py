"""How the owner sets up phones on the status page, and sees whether they ring."""
import os
import tempfile
import urllib.error
import urllib.request

from support import DOMAIN
from tls import response_to
from visits import Visit, status_of


class Phones(Visit):
    def asleep(self):
        """As when its registration has expired."""
        self.sleeping()
        self.server.api("DELETE", f"/api/v1/registrations/{self.server.api('GET', '/api/v1/registrations')['items'][0]['id']}")

    def test_rings_a_phone_that_sleeps_step_by_step(self):
        self.asleep()
        self.log_in()
        self.visitor.go(to="phones")
        self.visitor.click(name=f"Ring test: Mobile, bob@{DOMAIN}")
        self.webhook.next_push()
        self.visitor.see(text="Waiting for the phone to register")
        self.no_faults("a ring test")
        bob = self.waken()
        invite = bob.next()
        self.assertTrue(invite.startswith("INVITE "), invite)
        bob.send(status_of(response_to(invite, "b"), "180 Ringing"))
        self.assertTrue(bob.next().startswith("CANCEL "))
        self.visitor.see(text="It works: the phone rang")
        self.assertEqual(self.visitor.attributes(where=".checks li", name="data-what"),
                         ["push_asked", "push_accepted", "registered", "invite", "rang"])
        self.assertEqual(self.server.api("GET", "/api/v1/calls")["items"], [])
        self.assertEqual(self.server.api("GET", "/api/v1/calls")["items"], [])
        self.nothing_went_wrong()

    def test_says_what_stands_in_the_way_of_a_ring_test(self):
        self.webhook.status = 410
        self.asleep()
        self.log_in()
        self.visitor.go(to="phones")
        self.visitor.click(name=f"Ring test: Mobile, bob@{DOMAIN}")
        self.visitor.see(text="The push service did not take it")
        self.visitor.see(text="Look under Set-up, Push.")
        self.visitor.click(name="Test again")
        self.visitor.see(text="it sleeps, and no push can be sent for it now", where='[role="alert"]')
        self.nothing_went_wrong()

    def test_gives_a_phone_its_account_by_a_link_that_works_once(self):
        self.log_in()
        self.visitor.go(to="setup")
        self.visitor.click(name=f"QR code: bob@{DOMAIN}")
        self.visitor.wait(where="svg.qr path")
        self.visitor.see(text="A phone cannot reach 127.0.0.1")
        self.no_faults("a QR code")
        link = self.visitor.text(where=".secret code")
        xml = urllib.request.urlopen(link).read().decode()
        self.assertIn(f"sip:bob@{DOMAIN}", xml)
        self.assertRegex(xml, rf"sip:127\.0\.0\.1:\d+;transport=")
        with self.assertRaises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(link)
        self.assertEqual(raised.exception.code, 404)
        raised.exception.close()
        self.visitor.click(name="Done")
        self.visitor.go(to="setup/audit")
        self.visitor.see(text="made a link to set up a phone", where="tbody")
        self.nothing_went_wrong()

    def test_imports_users_and_says_which_lines_are_wrong(self):
        self.log_in()
        self.visitor.go(to="setup")
        self.visitor.click(name="Import")
        with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as file:
            file.write('extension,name,secret\r\n201,"Reception, front",s1\r\n202,,\r\n201,Again,s3\r\n203,<b>Kim</b>,secret\r\n')
        self.addCleanup(os.unlink, file.name)
        self.visitor.choose(label="File", path=file.name)
        self.visitor.see(text="2 users found; 2 lines have faults and are left out.")
        self.visitor.see(text="no password", where=".preview")
        self.visitor.see(text="named before", where=".preview")
        self.no_faults("an import")
        self.visitor.click(name="Import 2 users")
        self.visitor.see(text="2 users were imported.")
        users = {user["aor"]: user["display_name"] for user in self.server.api("GET", "/api/v1/users")["items"]}
        self.assertEqual(users[f"201@{DOMAIN}"], "Reception, front")
        self.assertEqual(users[f"203@{DOMAIN}"], "<b>Kim</b>")
        self.assertNotIn(f"202@{DOMAIN}", users)
        self.assertIn("SIP/2.0 200", self.phone().register("203"))
        self.nothing_went_wrong()

    def test_changes_the_password_of_the_page(self):
        self.log_in()
        self.visitor.go(to="setup/server")
        self.visitor.fill(label="Present password", value="wrong")
        self.visitor.fill(label="New password", value="another good one")
        self.visitor.click(name="Change it")
        self.visitor.see(text="this is not the password", where='[role="alert"]')
        self.visitor.fill(label="Present password", value=self.password)
        self.visitor.click(name="Change it")
        self.visitor.see(text="The password is changed.")
        self.no_faults("the password")
        self.visitor.click(name="Log out")
        self.visitor.fill(label="Password", value="another good one")
        self.visitor.click(name="Log in")
        self.visitor.see(text="Listens on")
        self.nothing_went_wrong()
