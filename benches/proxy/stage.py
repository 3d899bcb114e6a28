"""What the benchmark runs on: the app, Vestibule with one member who is signed in, and the peers, each on the first core."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "tests" / name) for name in ("openid", "idp", "browser")]

from demo import environment, free_port  # noqa: E402
from serving import Serving  # noqa: E402
from visitor import Visitor  # noqa: E402

TENANT, APP = "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7f01", "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7f11"
HOST = "wiki.acme.localhost"
# Peers that sign people in for themselves, with Vestibule as their provider.
APACHE_HOST, ENVOY_HOST = "apache.acme.localhost", "envoy.acme.localhost"
APACHE_CLIENT, ENVOY_CLIENT = "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7f21", "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7f22"
SECRET = "what the peers of the benchmark show"
# As many as an organization has; one scenario looks at a thousand times that.
APPS = 10
MEMBER, PASSWORD = "max.member@acme.example", "correct horse battery staple"

OPERATOR = """public_url = "https://vestibule.localhost:{https}"
admin_url = "https://admin.vestibule.localhost:{https}"
data_dir = "data"
trusted_proxies = ["127.0.0.0/8"]
data_plane_threads = 1

[listen]
https = ["127.0.0.1:{https}"]
http = []
clear = ["127.0.0.1:{clear}"]
health = "127.0.0.1:{health}"

[tls]
certificates = "certs"

[limits]
connections = 60000
keep_alive = "10m"
attempts_per_minute = 1000000
invitations_per_day = 1000000

[mail]
from = "invitations@acme.example"

[log]
filter = "warn"
"""

TENANT_FILE = """id = "{tenant}"
name = "Acme"
domains = ["acme.example", "acme.localhost"]

[[members]]
address = "{member}"
name = "Max Member"
"""

APPLICATION = """
[[applications]]
id = "{app}"
name = "{name}"
host = "{host}"
mode = "host"
upstream = "http://127.0.0.1:{upstream}"
headers = "oauth2-proxy"
public = ["/open"]

[[service_principals]]
app = "{app}"
assignment_required = false
"""

RELYING_PARTY = """
[[applications]]
id = "{app}"
name = "{name}"

[applications.oidc]
kind = "web"
redirect_uris = ["{redirect_uri}"]
require_pkce = {pkce}

[[applications.oidc.secrets]]
name = "first"
value_file = "secret"

[[service_principals]]
app = "{app}"
assignment_required = false
"""


class Stage(Serving):
    """Everything that runs, and where it listens."""

    def __init__(self, binary, upstream, app_at=None):
        """`app_at` is where an app listens that another stage started."""
        self.binary, self.upstream_binary = str(Path(binary).resolve()), str(Path(upstream).resolve())
        self.folder = Path(tempfile.mkdtemp(prefix="vestibule-bench-"))
        self.port = free_port(following=20)
        self.clear, self.upstream = self.port + 1, app_at or self.port + 3
        # Two ports each: clear text, and TLS after it.
        self.apache_port, self.envoy_port, self.go_port = self.port + 10, self.port + 12, self.port + 14
        self.issuer = f"https://vestibule.localhost:{self.port}/{TENANT}/v2.0"
        # What others were given besides; it goes when this goes.
        self.processes, self.folders = [], []
        for name in ("tenants", "data"):
            (self.folder / name).mkdir(mode=0o700)
        self.write("vestibule.toml", OPERATOR.format(https=self.port, clear=self.clear, health=self.port + 2))
        secret = self.folder / "tenants" / "secret"
        secret.touch(mode=0o600)
        secret.write_text(SECRET + "\n")
        self.writes_tenant(APPS)

    def writes_tenant(self, apps):
        """The tenant's file, with so many apps; the first is the one that is measured."""
        text = TENANT_FILE.format(tenant=TENANT, member=MEMBER)
        for number in range(apps):
            host = HOST if number == 0 else f"app{number}.acme.localhost"
            app = APP if number == 0 else f"5f0b6f0e-6d0a-4c55-9a5e-0d6a{number:08x}"
            text += APPLICATION.format(app=app, name=f"Wiki {number}", host=host, upstream=self.upstream)
        for name, app, redirect_uri in (("Apache", APACHE_CLIENT, self.apache_redirect), ("Envoy", ENVOY_CLIENT, self.envoy_redirect)):
            text += RELYING_PARTY.format(app=app, name=name, redirect_uri=redirect_uri, pkce="true")
        self.write("tenants/acme.toml", text)

    @property
    def apache_redirect(self):
        return f"https://{APACHE_HOST}:{self.apache_port + 1}/redirect_uri"

    @property
    def envoy_redirect(self):
        return f"https://{ENVOY_HOST}:{self.envoy_port + 1}/callback"

    @property
    def authority(self):
        return self.folder / "certs" / "dev-ca" / "ca.pem"

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def environment(self):
        return {**environment(self.folder), "VESTIBULE_CONFIG": str(self.folder / "vestibule.toml")}

    def vestibule(self, *words):
        done = subprocess.run([self.binary, *words], capture_output=True, text=True, timeout=300, env=self.environment(), cwd=self.folder)
        assert done.returncode == 0, f"vestibule {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def certificate(self, name=HOST):
        """Chain and key, for peers that serve the same host."""
        folder = self.folder / "certs" / name
        return folder / "fullchain.pem", folder / "privkey.pem"

    # Programs

    def starts_the_app(self):
        words = ["taskset", "-c", "1", self.upstream_binary, str(self.upstream)]
        return self.start("upstream", words, self.folder, lambda: listens(self.upstream))

    def serves(self, first_core_alone=True, through=(), every=0.02):
        """Starts the server, `through` a program that runs it, if there are words for one; looks `every` so many seconds."""
        if not self.authority.exists():
            self.vestibule("keys", "dev")
        words = [*(["taskset", "-c", "0"] if first_core_alone else []), *through, self.binary, "serve"]
        began = time.monotonic()
        self.server = self.start("serve", words, self.folder, self.is_ready, every)
        self.started_in = time.monotonic() - began
        return self.server

    def stops_serving(self):
        """Ends the server, as a restart would."""
        self.server.terminate()
        assert self.server.wait(120) == 0, self.said("serve")
        self.processes.remove(self.server)

    def peer(self, name, words, port):
        return self.start(name, ["taskset", "-c", "0", *words], self.folder, lambda: listens(port))

    def makes_the_member(self):
        """Somebody with a password."""
        said = json.loads(self.vestibule("member", "add", MEMBER, "--tenant", "acme.example", "--json"))
        link = next(value for value in said.values() if isinstance(value, str) and "/set-password#" in value)
        visitor = self.visitor()
        page = visitor.opens(link.split("#")[0])
        page = visitor.presses(page, "Save passphrase", token=link.split("#")[1], password=PASSWORD)
        assert page.status == 200, f"{page.status}: {page.text()[:500]}"

    def visitor(self):
        return Visitor(self.authority)

    def signs_in(self, visitor=None):
        """The whole journey of the member; the cookie by which the app's host knows the session."""
        visitor = visitor or self.visitor()
        return self.goes_through(visitor, f"https://{HOST}:{self.port}/")

    def goes_through(self, visitor, url):
        """Opens what wants a session, answers what is asked on the way, and returns the cookies of that host."""
        page = visitor.opens(url)
        if page.asks("address"):
            page = visitor.presses(page, "Continue", address=MEMBER)
        if page.asks("password"):
            page = visitor.presses(page, "Sign in", password=PASSWORD)
        assert page.status == 200 and page.text().startswith("xxx"), f"{page.url} ({page.status}): {page.text()[:500]}"
        host = url.split("//")[1].split("/")[0].split(":")[0]
        return "; ".join(f"{name}={value}" for name, value in visitor.cookies[host].items())

    def close(self):
        super().close()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)


def listens(port):
    import socket

    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def family(pid):
    """A process and all its descendants."""
    found, todo = [], [pid]
    while todo:
        each = todo.pop()
        found.append(each)
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            todo += [int(child) for child in task.read_text().split()]
    return found


def cpu_nanoseconds(pid, alone=False):
    """What the threads of a process have spent on a core, with those of its descendants or `alone`."""
    total = 0
    for each in [pid] if alone else family(pid):
        for task in Path(f"/proc/{each}/task").glob("*/schedstat"):
            try:
                total += int(task.read_text().split()[0])
            except OSError:
                continue
    return total


def resident_bytes(pid):
    pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE")


def busy_nanoseconds():
    """What all cores have spent on anything."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, irq, softirq = fields[0], fields[1], fields[2], fields[5], fields[6]
    return (user + nice + system + irq + softirq) * 1_000_000_000 // os.sysconf("SC_CLK_TCK")
