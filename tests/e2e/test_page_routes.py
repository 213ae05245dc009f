"""How the owner says on the status page where calls go."""
from visits import Visit


class Routes(Visit):
    def test_adds_a_trunk_and_a_route_and_sees_where_a_call_would_go(self):
        self.log_in()
        self.visitor.go(to="setup/routes")
        self.visitor.see(text="No trunk yet.")
        self.visitor.see(text="No route yet.")
        self.trunk()
        self.route()
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
        self.assertEqual(self.server.api("GET", "/api/v1/routes")["items"], [])
        self.nothing_went_wrong()

    def trunk(self):
        form = 'form[aria-label="Add a trunk"]'
        self.visitor.type(where=f"{form} input >> nth=0", value="provider")
        self.visitor.type(where=f"{form} input >> nth=1", value="192.0.2.1;transport=tcp, 192.0.2.2")
        self.visitor.click(name="Add", where=form)
        self.visitor.see(text="192.0.2.1", where="tbody")

    def route(self):
        form = 'form[aria-label="Add a route"]'
        self.visitor.type(where=f"{form} input >> nth=0", value="abroad")
        self.visitor.type(where=f"{form} input >> nth=1", value="_00X.")
        self.visitor.click(name="Add", where=form)
        self.visitor.see(text="by provider", where="tbody")
