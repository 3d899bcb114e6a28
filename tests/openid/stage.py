"""What the suite runs on: `vestibule serve` with two tenants, the relying parties' registrations, and the people who sign in."""

import base64
import hashlib
import hmac
import html
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path[:0] = [str(REPOSITORY / "tests" / "browser"), str(REPOSITORY / "tests" / "idp")]

from demo import environment, free_port  # noqa: E402
from serving import Serving  # noqa: E402
from visitor import Visitor  # noqa: E402

ACME, OTHER = "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7e01", "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7e02"
MEMBER, PASSWORD = "max.member@acme.example", "correct horse battery staple"
ADMIN = "ada.admin@acme.example"
MAIL_SECONDS = 20
LIBRARY_HOST = "library.acme.localhost"


OPERATOR = """public_url = "{broker}"
admin_url = "https://admin.vestibule.localhost:{port}"
data_dir = "data"

[listen]
https = ["127.0.0.1:{port}"]
http = ["127.0.0.1:{http}"]
health = "127.0.0.1:{health}"

[tls]
certificates = "certs"

[mail]
from = "invitations@acme.example"

[limits]
invitations_per_day = 100000
"""


class Stage(Serving):
    """Everything that runs."""

    def __init__(self, arguments):
        self.binary = str(arguments.binary.resolve())
        self.node, self.python, self.modules = arguments.node, arguments.python, arguments.modules
        self.folder = Path(tempfile.mkdtemp(prefix="vestibule-openid-"))
        self.port = free_port(following=5)
        self.broker = f"https://vestibule.localhost:{self.port}"
        self.issuer = f"{self.broker}/{ACME}/v2.0"
        self.data = self.folder / "data"
        self.authority = self.folder / "certs" / "dev-ca" / "ca.pem"
        # Where relying parties hear from us: their certificates come from an authority that the operator names.
        self.apache_port, self.library_port = self.port + 3, self.port + 4
        self.library = f"https://{LIBRARY_HOST}:{self.library_port}"
        self.processes, self.used_mails = [], set()
        self.apache = self.ear = None
        # The keys of people's authenticator apps, by address.
        self.factors = {}
        (self.folder / "tenants").mkdir()

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def writes_operator_file(self, more=""):
        """`more` begins with further limits."""
        own = OPERATOR.format(broker=self.broker, port=self.port, http=self.port + 1, health=self.port + 2)
        self.write("vestibule.toml", own + more)

    def environment(self):
        """Nothing of this machine's configuration; clients trust the stage's authority."""
        return {
            **environment(self.folder),
            "VESTIBULE_CONFIG": str(self.folder / "vestibule.toml"),
            "REQUESTS_CA_BUNDLE": str(self.authority),
            "SSL_CERT_FILE": str(self.authority),
            "NODE_EXTRA_CA_CERTS": str(self.authority),
        }

    def vestibule(self, *words):
        done = subprocess.run([self.binary, *words], capture_output=True, text=True, timeout=120, env=self.environment(), cwd=self.folder)
        assert done.returncode == 0, f"vestibule {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def serve(self):
        self.vestibule("keys", "dev")
        return self.start("serve", [self.binary, "serve"], self.folder, self.is_ready)

    def close(self):
        super().close()
        if self.apache is not None:
            self.apache.close()
        if self.ear is not None:
            self.ear.close()

    def peer(self, words):
        return Peer([str(word) for word in words], self.environment(), self.folder)

    # People

    def visitor(self, stops_at=()):
        visitor = Visitor(self.authority, self.folder / "peers-ca.pem")
        visitor.stops_at = tuple(stops_at)
        return visitor

    def invites(self, address, *apps, tenant="acme.example"):
        words = [word for app in apps for word in ("--app", app)]
        return json.loads(self.vestibule("invite", address, "--tenant", tenant, *words, "--no-mail", "--json"))

    def guest(self, app):
        """Somebody who was just invited to this application; codes by mail are a minute apart for each address."""
        address = f"guest-{time.monotonic_ns()}@mail.example"
        self.invites(address, app)
        return address

    def leaves(self, visitor):
        """Signs out with us, on our own page."""
        visitor.stops_at = ()
        page = visitor.opens(f"{self.broker}/{ACME}/sign-out")
        page = visitor.presses(page, "Sign out")
        assert page.status == 200 and not page.has("Sign out"), f"{page.url} ({page.status}): {page.text()[:600]}"

    def waits_until(self, holds, otherwise, seconds=10):
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"after {seconds} s {otherwise}"
            time.sleep(0.05)

    def code_for(self, address):
        """The newest unused passcode in the mail folder."""
        end = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < end:
            for file in sorted((self.data / "mail").glob("*.eml"), key=lambda each: -each.stat().st_mtime_ns):
                text = file.read_text(errors="replace")
                found = re.search(r"^ +(\d{8})\b", text, re.MULTILINE)
                if file.name not in self.used_mails and found and address in text:
                    self.used_mails.add(file.name)
                    return found.group(1)
            time.sleep(0.05)
        raise AssertionError(f"no code for {address} within {MAIL_SECONDS} s")

    def makes_a_member(self, address=MEMBER, *more):
        """A member with a password, who may sign in as often as the modules want; codes by mail are a minute apart."""
        said = json.loads(self.vestibule("member", "add", address, "--tenant", "acme.example", "--name", "Max Member", "--json", *more))
        link = next(value for value in said.values() if isinstance(value, str) and "/set-password#" in value)
        visitor = self.visitor()
        page = visitor.opens(link.split("#")[0])
        page = visitor.presses(page, "Save passphrase", token=link.split("#")[1], password=PASSWORD)
        assert page.status == 200, f"{page.status}: {page.text()[:600]}"

    def signs_in(self, visitor, page, address=MEMBER):
        """From wherever the journey asks, to wherever the visitor stops: address, password or code, what must be agreed to."""
        for _ in range(12):
            if page.status == 0:
                return page
            page = self.answers(visitor, page, address)
        raise AssertionError(f"no end of pages; the last is {page.url} ({page.status}): {page.text()[:800]}")

    def answers(self, visitor, page, address):
        """The page after this one."""
        if page.leads_to(visitor.stops_at):
            return visitor.presses(page, "Continue")
        if page.asks("password") and page.has("Sign in"):
            return visitor.presses(page, "Sign in", password=PASSWORD)
        if page.has("Send me a code by e-mail"):
            return visitor.presses(page, "Send me a code by e-mail")
        if page.has("Turn on"):
            self.factors[address] = re.search(r"<code>([A-Z2-7 ]+)</code>", page.body).group(1).replace(" ", "")
            return visitor.presses(page, "Turn on", code=time_code(self.factors[address]))
        if "Keep your recovery codes" in page.text():
            return visitor.opens(urllib.parse.urljoin(page.url, html.unescape(re.search(r'class="button" href="([^"]+)"', page.body).group(1))))
        if page.has("Continue") and page.asks("code"):
            return visitor.presses(page, "Continue", code=self.code_for(address))
        if page.has("Continue") and page.asks("address"):
            return visitor.presses(page, "Continue", address=address)
        if page.has("Accept"):
            return visitor.presses(page, "Accept")
        raise AssertionError(f"the journey ends at {page.url} ({page.status}): {page.text()[:800]}")


def time_code(key):
    """What an authenticator app shows now (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(key + "=" * (-len(key) % 8)), int(time.time() // 30).to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


class Peer:
    """Somebody else's software, asked line by line."""

    def __init__(self, words, env, cwd):
        self.words = words
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, cwd=cwd)

    def ask(self, deed, **given):
        """The answer, whatever it is."""
        self.process.stdin.write(json.dumps({"do": deed, **given}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"{self.words[1]} ended: {self.process.stderr.read()[-3000:]}"
        return json.loads(line)

    def does(self, deed, **given):
        """The answer, which must be no fault."""
        answer = self.ask(deed, **given)
        assert "error" not in answer or "message" not in answer, f"{deed}: {answer}"
        return answer

    def fails(self, deed, error, **given):
        """The library itself must report this error."""
        answer = self.ask(deed, **given)
        assert answer.get("error") == error, f"{deed} should fail with {error}: {answer}"
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
