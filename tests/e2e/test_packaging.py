"""What lies in packaging/ fits the server that is built."""
import json
import pathlib
import re
import unittest
import urllib.request

from support import EndToEnd

PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"


class Metrics(EndToEnd):
    def test_dashboard_and_alerts_name_no_metric_that_is_not_there(self):
        dashboard = json.loads((PACKAGING / "grafana/sipwake.json").read_text())
        asked = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
        asked += (PACKAGING / "prometheus/alerts.yml").read_text()
        request = urllib.request.Request(self.server.http + "/metrics", headers={"Authorization": f"Bearer {self.server.token}"})
        told = urllib.request.urlopen(request).read().decode()
        there = set(re.findall(r"(?m)^(?:# TYPE )?([a-z_]+)", told))  # a histogram by its own name too
        named = set(re.findall(r"\b(?:sipwake|process)_[a-z_]+", asked))
        self.assertGreater(len(named), 15)
        self.assertEqual(named - there, set())


if __name__ == "__main__":
    unittest.main(verbosity=2)
