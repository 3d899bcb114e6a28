"""Counts the CPU time of `vestibule serve` for each kind of token, so that the client's own cost does not matter."""

import argparse
import base64
import http.client
import json
import os
import platform
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "openid"))

from protocol import Provider, pkce  # noqa: E402
from registrations import write_configuration  # noqa: E402
from stage import MEMBER, PASSWORD, Stage  # noqa: E402
from visitor import Visitor, _Loopback  # noqa: E402

THREADS = 4
# (name, how many in a round, at least so many per second and core)
FLOORS = {"client credentials": 2000, "code exchange": None, "refresh": 240, "password sign-in": 30}
ROUNDS = 3


class Keeping(Visitor):
    """Keeps its connections, as browsers do."""

    def __init__(self, *authorities):
        super().__init__(*authorities)
        self.kept = {}

    def connects(self, host, port):
        return self.kept.setdefault((host, port), super().connects(host, port))

    def is_done_with(self, connection):
        pass


class Asker:
    """One kept connection that asks the token endpoint."""

    def __init__(self, stage, client):
        self.connection = _Loopback("vestibule.localhost", stage.port, context=Visitor(stage.authority).tls, timeout=30)
        self.path = urllib.parse.urlsplit(stage.token_endpoint).path
        pair = f"{urllib.parse.quote_plus(client.id)}:{urllib.parse.quote_plus(client.secret)}"
        self.headers = {
            "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def ask(self, **fields):
        self.connection.request("POST", self.path, urllib.parse.urlencode(fields), self.headers)
        answer = self.connection.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 200, body
        return body


def cpu_seconds(process):
    """User and system time of all its threads."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def round_of(stage, jobs):
    """Runs the lists of jobs side by side; CPU seconds of the server for all of them."""
    faults = []

    def work(own):
        try:
            for job in own:
                job()
        except Exception as fault:
            faults.append(fault)

    before = cpu_seconds(stage.server)
    threads = [threading.Thread(target=work, args=(own,)) for own in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return cpu_seconds(stage.server) - before


def client_credentials(stage, client, count=1000):
    askers = [Asker(stage, client) for _ in range(THREADS)]
    scope = f"{client.id}/.default"
    return round_of(stage, [
        [lambda asker=asker: asker.ask(grant_type="client_credentials", scope=scope)] * (count // THREADS) for asker in askers
    ]), count


def codes(provider, count):
    """Codes of one live session, with their verifiers."""
    made = []
    for _ in range(count):
        verifier, challenge = pkce()
        made.append((provider.code(provider.request(
            scope="openid profile email offline_access", code_challenge=challenge, code_challenge_method="S256"
        )), verifier))
    return made


def code_exchange(stage, client, provider, count=60):
    # A code lives for 60 seconds, so they are made right before.
    askers, made = [Asker(stage, client) for _ in range(THREADS)], codes(provider, count)
    provider.refresh_tokens = []

    def exchange(asker, code, verifier):
        body = asker.ask(grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=client.redirect_uri)
        provider.refresh_tokens.append(body["refresh_token"])

    return round_of(stage, [
        [lambda asker=asker, one=one: exchange(asker, *one) for one in made[number::THREADS]] for number, asker in enumerate(askers)
    ]), count


def refresh(stage, client, tokens, each=10):
    askers = [Asker(stage, client) for _ in range(THREADS)]

    def chain(asker, token):
        for _ in range(each):
            token = asker.ask(grant_type="refresh_token", refresh_token=token)["refresh_token"]

    return round_of(stage, [
        [lambda asker=asker, token=token: chain(asker, token) for token in tokens[number::THREADS]] for number, asker in enumerate(askers)
    ]), each * len(tokens)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    arguments.node = arguments.python = arguments.modules = None
    stage = Stage(arguments)
    try:
        measured = measures(stage)
    finally:
        stage.close()
    print(f"{'':20} {'per second and core':>20} {'min–max':>16} {'CPU ms each':>12} {'floor':>8}")
    for name, rates in measured.items():
        middle = sorted(rates)[len(rates) // 2]
        floor = FLOORS[name] or "–"
        print(f"{name:20} {middle:20,.0f} {min(rates):8,.0f}–{max(rates):<8,.0f} {1000 / middle:11.3f} {floor:>8}")
    if arguments.json:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=REPOSITORY).stdout.strip()
        facts = {"commit": commit, "date": time.strftime("%Y-%m-%d"), "machine": platform.machine(), "cores": os.cpu_count()}
        arguments.json.write_text(json.dumps({**facts, "per_second_and_core": measured}, indent=2) + "\n")


def measures(stage):
    write_configuration(stage)
    stage.server = stage.serve()
    stage.makes_a_member()
    client = stage.clients["suite"]
    provider = Provider(stage, client)
    stage.token_endpoint = provider.metadata["token_endpoint"]
    codes(provider, 1)
    measured = {name: [] for name in FLOORS}
    for _ in range(ROUNDS):
        for name, round_ in [
            ("client credentials", lambda: client_credentials(stage, client)),
            ("code exchange", lambda: code_exchange(stage, client, provider)),
            ("refresh", lambda: refresh(stage, client, provider.refresh_tokens)),
            ("password sign-in", lambda: password_sign_ins(stage)),
        ]:
            spent, count = round_()
            measured[name].append(count / spent)
    return measured


def password_sign_ins(stage, count=8):
    """A member's password on the sign-in page: Argon2id and all pages of the journey around it."""
    visitors = [Keeping(stage.authority) for _ in range(count)]

    def sign_in(visitor):
        page = visitor.opens(f"{stage.broker}/acme.example")
        page = visitor.presses(page, "Continue", address=MEMBER)
        visitor.presses(page, "Sign in", password=PASSWORD).sees("Your apps")

    return round_of(stage, [[lambda visitor=visitor: sign_in(visitor) for visitor in visitors[number::2]] for number in range(2)]), count


if __name__ == "__main__":
    main()
