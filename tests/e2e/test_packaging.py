"""What lies in packaging/ fits the server that is built."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import urllib.request

from support import BINARY, LIMIT, SANITIZED, EndToEnd, Lines

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


def run(*command, **how):
    done = subprocess.run(command, capture_output=True, text=True, timeout=4 * LIMIT, **how)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


class Machine:
    """This machine as it would be with the package on it: what is written goes elsewhere, and is forgotten."""

    def __init__(self, test):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sipwake-machine-"))
        test.addCleanup(shutil.rmtree, folder, True)
        run("mount", "-t", "tmpfs", "tmpfs", folder)
        test.addCleanup(run, "umount", folder)
        self.written, work, self.root = folder / "written", folder / "work", folder / "root"
        for one in (self.written, work, self.root):
            one.mkdir()
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={self.written},workdir={work}", self.root)
        test.addCleanup(run, "umount", self.root)

    def run(self, *command):
        return run("chroot", self.root, *command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})

    def install(self, package):
        shutil.copy(package, self.root / "tmp/sipwake.deb")
        self.run("dpkg", "--force-confold", "-i", "/tmp/sipwake.deb")

    def files(self, name):
        """Everything of this name that is there and not of the tests."""
        return sorted(str(path.relative_to(self.root)) for top in ("etc", "usr", "var/lib")
                      for path in (self.root / top).rglob(name) if not str(path).endswith((".list", ".md5sums", ".conffiles")))


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("dpkg-shlibdeps") and shutil.which("cpack"), "not root, or no dpkg-dev")
@unittest.skipIf(SANITIZED, "LeakSanitizer reads /proc, and there is none in the chroot")
class Package(unittest.TestCase):
    def build(self, version):
        run("cpack", "-G", "DEB", "-D", f"CPACK_PACKAGE_VERSION={version}", "-B", self.folder,
            cwd=pathlib.Path(BINARY).resolve().parent)
        return next(self.folder.glob(f"*{version}*.deb"))

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sipwake-package-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        try:
            self.machine = Machine(self)
        except AssertionError as refused:
            self.skipTest(f"mounts are not allowed here: {refused}")

    def ask(self):
        """Runs the program as the service does, asks whether it is ready, and ends it."""
        serve = subprocess.Popen(
            ["chroot", "--userspec=sipwake", self.machine.root, "/usr/bin/sipwake", "serve", "--config", "/etc/sipwake/sipwake.toml"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(serve.kill)
        address = Lines(serve.stdout).wait("http://").split("http://")[1].split("/")[0].strip()
        self.assertEqual(urllib.request.urlopen(f"http://{address}/readyz", timeout=LIMIT).status, 200)
        serve.terminate()
        self.assertEqual(serve.wait(timeout=LIMIT), 0)

    def test_is_installed_asked_upgraded_and_removed_with_nothing_left_but_data(self):
        self.machine.install(self.build("0.0.1"))
        config = self.machine.root / "etc/sipwake/sipwake.toml"
        free = re.sub(r'(?m)^address = "127.0.0.1:8080"', 'address = "127.0.0.1:0"', config.read_text())
        config.write_text(free + '\n[[listen]]\ntransport = "udp"\naddress = "127.0.0.1:0"\n')
        self.ask()
        self.machine.run("chroot", "--userspec=sipwake", "/", "/usr/bin/sipwake", "user", "add", "alice@example.com",
                         "--password", "secret", "--config", "/etc/sipwake/sipwake.toml")
        self.machine.install(self.build("0.0.2"))
        self.assertIn("0.0.2", self.machine.run("dpkg-query", "--show", "sipwake"))
        self.assertIn('"127.0.0.1:0"', config.read_text())
        self.ask()
        self.assertIn("alice@example.com", self.machine.run(
            "/usr/bin/sipwake", "user", "list", "--config", "/etc/sipwake/sipwake.toml"))
        self.machine.run("dpkg", "--remove", "sipwake")
        self.assertFalse((self.machine.root / "usr/bin/sipwake").exists())
        self.assertTrue(config.exists())
        self.machine.run("dpkg", "--purge", "sipwake")
        left = self.machine.files("sipwake*")
        self.assertIn("var/lib/sipwake/sipwake.db", left)
        self.assertEqual([name for name in left if not name.startswith("var/lib/sipwake")], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
