"""What the story runs on: the provider, a tiny app, and `vestibule serve` on the shipped configuration."""

import email
import email.policy
import http.server
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path.insert(0, str(REPOSITORY / "tests" / "browser"))

from demo import CONTOSO, environment, free_port  # noqa: E402
from serving import Serving  # noqa: E402
from visitor import Visitor  # noqa: E402

IDP_HOST = "id.fabrikam.localhost"
SECRET = "a secret that both sides know"


class Upstream(http.server.BaseHTTPRequestHandler):
    """A tiny app: says what it got."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps({"path": self.path, "headers": [list(pair) for pair in self.headers.items()]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Stage(Serving):
    """Everything that runs: the provider, the app, and `vestibule serve`."""

    def __init__(self, arguments):
        self.binary = str(arguments.binary.resolve())
        self.node = arguments.node
        self.folder = Path(tempfile.mkdtemp(prefix="vestibule-idp-"))
        # Node looks for modules beside the program.
        for program in ("provider.mjs", "verify.mjs"):
            shutil.copy(HERE / program, self.folder)
        for program in (REPOSITORY / "docs" / "examples" / "verify-report").iterdir():
            shutil.copy(program, self.folder)
        (self.folder / "node_modules").symlink_to((arguments.modules / "node_modules").resolve())
        self.port = free_port(following=2)
        self.idp_port = free_port()
        self.data = self.folder / "data"
        self.processes = []
        self.app = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
        threading.Thread(target=self.app.serve_forever, daemon=True).start()
        self.issuer = f"https://{IDP_HOST}:{self.idp_port}"
        self.broker = f"https://vestibule.localhost:{self.port}"
        self.wiki = f"https://wiki.contoso.localhost:{self.port}"
        self.provider = None
        self.server = None
        self.signed_in = None

    def environment(self):
        """The shipped files, and what is different on this machine."""
        secret = self.folder / "secret"
        secret.touch(mode=0o600)
        secret.write_text(SECRET + "\n")
        ours = {
            "VESTIBULE_PUBLIC_URL": self.broker,
            "VESTIBULE_ADMIN_URL": f"https://admin.vestibule.localhost:{self.port}",
            "VESTIBULE_DATA_DIR": self.data,
            "VESTIBULE_LISTEN__HTTPS": f"127.0.0.1:{self.port}",
            "VESTIBULE_LISTEN__HTTP": f"127.0.0.1:{self.port + 1}",
            "VESTIBULE_LISTEN__HEALTH": f"127.0.0.1:{self.port + 2}",
            "VESTIBULE_TLS__CERTIFICATES": self.folder / "certs",
            "VESTIBULE_EGRESS__ALLOW": f"{IDP_HOST}:{self.idp_port}",
            "VESTIBULE_EGRESS__EXTRA_ROOTS": self.folder / "idp-ca.pem",
            "VESTIBULE_TENANTS__CONTOSO__APPLICATIONS__WIKI__UPSTREAM": f"http://127.0.0.1:{self.app.server_address[1]}",
            "VESTIBULE_TENANTS__CONTOSO__CONNECTIONS__FABRIKAM__ISSUER": self.issuer,
            "VESTIBULE_TENANTS__CONTOSO__CONNECTIONS__FABRIKAM__CLIENT_SECRET_FILE": secret,
        }
        trusted = {"NODE_EXTRA_CA_CERTS": str(self.folder / "certs" / "dev-ca" / "ca.pem")}
        return {**environment(self.folder), **trusted, **{name: str(value) for name, value in ours.items()}}

    def vestibule(self, *words):
        done = subprocess.run(
            [self.binary, *words], capture_output=True, text=True, timeout=120, env=self.environment(), cwd=REPOSITORY
        )
        assert done.returncode == 0, f"vestibule {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def certify(self):
        """The provider has a certificate authority of its own, which the operator names in egress.extra_roots; and it knows
        ours, for it calls back."""
        self.certifies("idp", IDP_HOST)
        self.vestibule("keys", "dev")

    def start_provider(self):
        client = {
            "client_id": "vestibule-contoso",
            "client_secret": SECRET,
            "redirect_uris": [f"{self.broker}/{CONTOSO}/federation/fabrikam/callback"],
            "backchannel_logout_uri": f"{self.broker}/{CONTOSO}/federation/fabrikam/backchannel-logout",
            "backchannel_logout_session_required": True,
        }
        words = [self.node, "provider.mjs", self.issuer, str(self.idp_port), "idp.pem", "idp.key", json.dumps([client])]
        return self.start("provider", words, self.folder, lambda: "listening" in self.said("provider"))

    def serve(self):
        return self.start("serve", [self.binary, "serve"], REPOSITORY, self.is_ready)

    def visitor(self):
        return Visitor(self.folder / "certs" / "dev-ca" / "ca.pem", self.folder / "idp-ca.pem")

    def mails_to(self, address):
        """Mails in the folder that the shipped configuration writes to, newest last."""
        files = sorted((self.data / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        mails = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [mail for mail in mails if address in mail["To"]]

    def wait_for_mail(self, address, subject):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            found = [mail for mail in self.mails_to(address) if subject in mail["Subject"]]
            if found:
                return found[-1].get_body(("plain",)).get_content()
            time.sleep(0.05)
        raise AssertionError(f"no mail to {address} about {subject!r}")

    def close(self):
        super().close()
        self.app.shutdown()
