"""How the owner says on the status page where calls go."""
from support import DOMAIN
from tls import response_to
from visits import Visit, status_of

TRUNK = {"name": "provider", "targets": ["192.0.2.1"], "username": "me", "password": "secret"}


class Routes(Visit):
    def open(self):
        self.log_in()
        self.visitor.go(to="setup/routes")
        self.visitor.see(text="Where would a call go?")

    def api(self, method, path, body=None):
        return self.server.api(method, f"/api/v1/{path}", body)

    def fill(self, **fields):
        """In the dialog, by the beginning of the label."""
        for label, value in fields.items():
            self.visitor.type(where=f'dialog .field:has(label:text-is("{label.replace("_", " ")}")) :is(input, textarea)', value=value)

    def choose(self, label, value):
        self.visitor.select(where=f'dialog .field:has(label:text-is("{label}")) select', value=value)

    def routes(self, *names):
        for name in names:
            self.api("POST", "routes", {"name": name, "reject": 403})

    def order(self):
        return [name.split()[0] for name in self.visitor.texts(where="#routes-list tbody th")]

    def test_adds_a_trunk_and_a_route_and_sees_where_a_call_would_go(self):
        self.open()
        self.visitor.see(text="No trunk yet.")
        self.visitor.see(text="No route yet.")
        self.visitor.click(name="Add a trunk")
        self.fill(Name="provider", Where_it_is="192.0.2.1;transport=tcp, 192.0.2.2")
        self.visitor.click(name="Add", where="dialog")
        self.visitor.see(text="192.0.2.1", where="tbody")
        self.visitor.click(name="Add a route")
        self.fill(Name="abroad", Called_number="_00X.")
        self.no_faults("the form of a route")
        self.visitor.click(name="Add", where="dialog")
        self.visitor.see(text="by provider", where="tbody")
        self.no_faults("trunks and routes")
        self.visitor.fill(label="A number, or user@domain", value="0049301234")
        self.visitor.click(name="Try it")
        self.visitor.see(text="By the trunk provider", where=".try .checks")
        self.visitor.click(name="Disable: abroad")
        self.visitor.see(text="disabled", where="tbody .badge")
        self.visitor.click(name="Try it")
        self.visitor.see(text="Refused: 404", where=".try .checks")
        self.visitor.click(name="Delete: provider")
        self.visitor.click(name="Delete", where="dialog")
        self.visitor.wait(where='dialog [role="alert"]')  # a route names it
        self.visitor.click(name="Cancel", where="dialog")
        self.visitor.click(name="Delete: abroad")
        self.visitor.click(name="Delete", where="dialog")
        self.visitor.see(text="No route yet.")
        self.focus(text="Routes")
        self.assertEqual(self.api("GET", "routes")["items"], [])
        self.nothing_went_wrong()

    def test_edits_a_trunk_and_keeps_its_password(self):
        self.api("POST", "trunks", TRUNK)
        self.open()
        self.visitor.click(name="Edit: provider")
        self.visitor.see(text="Leave empty to keep the one there is.")
        self.fill(Calls_at_a_time="10")
        self.visitor.click(name="Save", where="dialog")
        self.visitor.see(text="Trunk provider is saved.")
        trunk = self.api("GET", "trunks/provider")
        self.assertEqual((trunk["channels"], trunk["has_password"], trunk["targets"]), (10, True, ["192.0.2.1"]))
        self.focus(label="Edit: provider")
        self.visitor.click(name="Edit: provider")
        self.fill(User_name_there="")
        self.visitor.click(name="Save", where="dialog")
        self.visitor.gone(where="dialog")
        self.assertFalse(self.api("GET", "trunks/provider")["has_password"])
        self.nothing_went_wrong()

    def test_says_at_the_field_what_is_wrong_with_it(self):
        self.open()
        self.visitor.click(name="Add a trunk")
        self.visitor.click(name="Add", where="dialog")
        self.focus(label="Name", text="", told="Lower case letters, digits, dots, - and _ This is needed.")
        self.fill(Name="Provider", Where_it_is="192.0.2.1")
        self.visitor.click(name="Add", where="dialog")
        self.visitor.see(text="write 1 to 64 lower case letters", where="dialog .field .wrong")
        self.fill(Name="provider", Where_it_is="a b")
        self.visitor.click(name="Add", where="dialog")
        self.visitor.see(text="cannot be read", where="dialog .field .wrong")
        self.focus(label="Where it is")
        self.no_faults("a form with a fault")
        self.assertEqual(self.api("GET", "trunks")["items"], [])

    def test_does_not_undo_what_somebody_else_has_changed(self):
        self.api("POST", "trunks", TRUNK)
        self.open()
        self.visitor.click(name="Edit: provider")
        self.visitor.see(text="Leave empty to keep the one there is.")
        self.api("PATCH", "trunks/provider", {"channels": 3})
        self.fill(Calls_at_a_time="10", Where_it_is="192.0.2.77")
        self.visitor.click(name="Save", where="dialog")
        self.visitor.see(text="Somebody else has changed this meanwhile.")
        self.assertEqual(self.api("GET", "trunks/provider")["channels"], 3)
        self.visitor.click(name="Show it as it is now, with the rest of my changes")
        self.visitor.gone(where='dialog [role="alert"]')
        self.assertEqual(self.visitor.value(label="Calls at a time"), "3")
        self.assertEqual(self.visitor.value(label="Where it is"), "192.0.2.77")
        self.visitor.click(name="Save", where="dialog")
        self.visitor.gone(where="dialog")
        trunk = self.api("GET", "trunks/provider")
        self.assertEqual((trunk["channels"], trunk["targets"]), (3, ["192.0.2.77"]))
        self.nothing_went_wrong()

    def test_edits_where_a_route_goes(self):
        self.api("POST", "trunks", TRUNK)
        self.api("POST", "routes", {"name": "all", "trunk": "provider", "callee": "_0X."})
        self.open()
        self.visitor.click(name="Edit: all")
        self.visitor.see(text="Called number", where="dialog")
        self.choose("Goes", ":user")
        self.visitor.click(name="Save", where="dialog")
        self.visitor.wait(where="dialog .wrong")
        self.focus(label="User")
        self.fill(User=f"bob@{DOMAIN}")
        self.visitor.click(name="Save", where="dialog")
        self.visitor.see(text=f"to bob@{DOMAIN}", where="tbody")
        route = self.api("GET", "routes/all")
        self.assertEqual((route["user"], route["trunk"], route["callee"]), (f"bob@{DOMAIN}", None, "_0X."))
        self.nothing_went_wrong()

    def test_tells_of_a_trunk_that_does_not_take_us(self):
        self.open()
        provider = self.phone()
        self.api("POST", "trunks", {**TRUNK, "targets": [provider.host], "register": True, "channels": 10})
        register = provider.next()
        self.assertTrue(register.startswith("REGISTER "), register)
        provider.send(status_of(response_to(register, "p"), "403 Forbidden"))
        self.until(lambda: ((self.api("GET", "trunks/provider")["state"] or {}).get("registration") or {}).get("state") == "failed")
        self.visitor.go(to="now")
        self.visitor.see(text="Trunk provider: Registration failed: 403 Forbidden", where=".health")
        self.visitor.go(to="setup/routes")
        self.visitor.see(text="Registration failed: 403 Forbidden", where="tbody")
        self.visitor.see(text="0 of 10 calls", where="tbody")
        self.no_faults("a trunk in trouble")
        self.nothing_went_wrong()

    def test_moves_routes_by_keyboard(self):
        self.routes("one", "two", "three")
        self.open()
        self.visitor.wait(where="#routes-list tbody th")
        self.assertEqual(self.order(), ["one", "two", "three"])
        self.visitor.focus(where='[aria-label="Move up: three"]')
        self.visitor.press(key="Enter")
        self.visitor.see(text="three is number 2 of 3 now.")
        self.focus(label="Move up: three")
        self.visitor.press(key="Enter")
        self.visitor.see(text="three is number 1 of 3 now.")
        self.focus(label="Move down: three")
        self.assertEqual(self.order(), ["three", "one", "two"])
        stored = sorted(self.api("GET", "routes")["items"], key=lambda route: (route["position"], route["id"]))
        self.assertEqual([route["name"] for route in stored], ["three", "one", "two"])
        self.nothing_went_wrong()
