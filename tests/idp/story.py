#!/usr/bin/env python3
"""`vestibule serve` on the shipped configuration, with npm's oidc-provider as the home organization of a real guest.

story.py --binary PATH --modules FOLDER [--node PATH]: FOLDER holds node_modules with oidc-provider and jose.
"""

import argparse
import html
import json
import re
import signal
import subprocess
import sys
import time
import traceback
import urllib.parse
from pathlib import Path

from stage import IDP_HOST, REPOSITORY, SECRET, Stage
from demo import CONTOSO, NORTHWIND, WIKI


def signs_in(visitor, page, address):
    """The provider's own pages: any password will do; then it asks for its own consent."""
    assert page.url.startswith(f"https://{IDP_HOST}:"), f"{page.url}: {page.text()[:600]}"
    page = visitor.presses(page, "Sign-in", login=address, password="anything")
    return visitor.presses(page, "Continue") if page.url.startswith(f"https://{IDP_HOST}:") else page


def agrees(visitor, page):
    page = visitor.presses(page.sees("Review permissions"), "Accept")
    return visitor.presses(page.sees("Terms of use for guests"), "Accept")


def the_shipped_configuration_has_no_faults(stage):
    """`vestibule check` finds nothing wrong, and says that Northwind's connection is off for want of a secret."""
    said = stage.vestibule("check")
    assert "northwind" in said.lower() and "secret" in said.lower(), said


def the_connection_is_inspected(stage):
    """`idp test` prints the redirect URI to register and what the provider says of itself."""
    said = stage.vestibule("idp", "test", "contoso.example", "fabrikam")
    for wanted in [
        f"{stage.broker}/{CONTOSO}/federation/fabrikam/callback",
        f"{stage.broker}/{CONTOSO}/federation/fabrikam/backchannel-logout", stage.issuer, f"{stage.issuer}/auth", "RS256-1",
        "client_secret_basic",
    ]:
        assert wanted in said, f"{wanted} is not in {said}"


def a_trial_sign_in_shows_the_claims(stage):
    """`idp test --trial` waits for a browser, shows the claims, and signs nobody in."""
    words = [stage.binary, "idp", "test", "contoso.example", "fabrikam", "--trial"]
    trial = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=stage.environment(), cwd=REPOSITORY)
    stage.processes.append(trial)
    said = ""
    while "/idp-test/" not in said:
        line = trial.stdout.readline()
        assert line, f"the trial ended: {said}"
        said += line
    visitor = stage.visitor()
    page = visitor.opens(re.search(r"https://\S+/idp-test/\S+", said).group(0))
    page = signs_in(visitor, page, "trial@fabrikam.example")
    page.sees("The trial sign-in is over")
    said += trial.communicate(timeout=30)[0]
    assert trial.returncode == 0 and '"email": "trial@fabrikam.example"' in said, said
    assert "The address counts as proved" in said, said
    visitor.opens(stage.wiki).sees("Sign in to Contoso")


def a_guest_signs_in_at_home_and_reaches_the_app(stage):
    """The whole journey by direct link; the app's assertion holds for a JOSE library that is not ours."""
    invited = json.loads(stage.vestibule(
        "invite", "guest@fabrikam.example", "--tenant", "contoso.example", "--app", "Wiki", "--no-mail", "--json"
    ))
    assert not invited["mailQueued"] and not stage.mails_to("guest@fabrikam.example"), invited
    visitor = stage.signed_in = stage.visitor()
    page = visitor.opens(f"{stage.wiki}/page?x=1").sees("Sign in to Contoso")
    page = visitor.presses(page, "Continue", address="guest@fabrikam.example")
    page = agrees(visitor, signs_in(visitor, page, "guest@fabrikam.example"))
    assert page.status == 200 and page.url == f"{stage.wiki}/page?x=1", f"{page.url}: {page.text()[:600]}"
    seen = json.loads(page.body)
    headers = {name.lower(): value for name, value in seen["headers"]}
    assert seen["path"] == "/page?x=1" and headers["x-forwarded-email"] == "guest@fabrikam.example", seen
    assert headers["x-forwarded-user"] == invited["invitedUserId"], seen
    assert headers["x-vestibule-tenant"] == CONTOSO, seen

    keys = stage.folder / "jwks.json"
    keys.write_text(visitor.asks("GET", f"{stage.wiki}/.vestibule/jwks.json").body)

    def verify(audience):
        words = [stage.node, "verify.mjs", str(keys), f"{stage.broker}/{CONTOSO}/v2.0", audience]
        return subprocess.run(words, input=headers["vestibule-assertion"], capture_output=True, text=True, cwd=stage.folder)

    held = verify(WIKI)
    assert held.returncode == 0, held.stderr
    claims = json.loads(held.stdout)["payload"]
    assert claims["sub"] == invited["invitedUserId"] and claims["email"] == "guest@fabrikam.example", claims
    assert verify(NORTHWIND).returncode != 0, "an assertion for Wiki held for somebody else"

    shown = json.loads(stage.vestibule("guest", "show", "guest@fabrikam.example", "--tenant", "contoso.example", "--json"))
    assert shown["externalUserState"] == "Accepted", shown
    assert shown["source"] == "External directory (fabrikam.example)", shown
    callbacks = [url for url in visitor.way if "/federation/fabrikam/callback?" in url]
    assert len(callbacks) == 1 and "iss=" in callbacks[0], f"RFC 9207: the answer names its issuer: {callbacks}"

    # An answer that was used once is of no use to anybody else.
    thief = stage.visitor()
    thief.opens(callbacks[0])
    assert thief.asks("GET", f"{stage.wiki}/", headers=[("Accept", "application/json")]).status == 401


def a_report_of_answers_is_checked_without_vestibule(stage):
    """What docs/examples/verify-report does: the report's signature holds for jose and for OpenSSL, and no other report."""
    report, keys = stage.folder / "answers.json", stage.folder / "report-keys.json"
    words = ["terms", "report", "--tenant", "contoso.example", "--json"]
    report.write_text(stage.vestibule(*words), encoding="utf-8")
    keys.write_text(stage.signed_in.asks("GET", f"{stage.wiki}/.vestibule/jwks.json").body)
    signed = json.loads(report.read_text())
    assert [answer["state"] for answer in signed["report"]["answers"]] == ["accepted"], signed
    ways = {"jose": [stage.node, "verify-report.mjs"], "OpenSSL": ["sh", "verify-report.sh"]}

    def holds(way, file):
        done = subprocess.run([*way, file, keys], capture_output=True, text=True, cwd=stage.folder)
        return done.returncode == 0, done.stdout + done.stderr

    # Indented otherwise and in another order it is the same report; with one word changed it is none.
    turned = stage.folder / "turned.json"
    turned.write_text(json.dumps(dict(reversed(signed.items())), ensure_ascii=False, indent=7), encoding="utf-8")
    changed = stage.folder / "changed.json"
    changed.write_text(report.read_text().replace('"accepted"', '"declined"', 1))
    for name, way in ways.items():
        for whole in (report, turned):
            fits, said = holds(way, whole)
            assert fits, f"{name}, {whole.name}: {said}"
        assert not holds(way, changed)[0], f"{name} took a report that was changed"


def an_unverified_address_proves_the_mailbox(stage):
    """A provider that does not vouch for the address: the mail link and a code prove it, and nothing else does."""
    address = "unverified@fabrikam.example"
    stage.vestibule("invite", address, "--tenant", "contoso.example", "--app", "Wiki")
    link = re.search(r"https://\S+/redeem/\w+", stage.wait_for_mail(address, "use apps of Contoso")).group(0)

    stranger = stage.visitor()
    page = stranger.opens(f"{stage.wiki}/")
    page = signs_in(stranger, stranger.presses(page, "Continue", address=address), address)
    assert "Review permissions" not in page.text(), page.text()

    visitor = stage.visitor()
    page = signs_in(visitor, visitor.opens(link), address)
    assert "Review permissions" not in page.text(), page.text()
    page = visitor.presses(page, "Send me a code by e-mail")
    code = re.search(r"\b\d{8}\b", stage.wait_for_mail(address, "Your code")).group(0)
    page = agrees(visitor, visitor.presses(page, "Continue", code=code))
    # The one app of the invitation is the end of the way.
    assert page.url == f"{stage.wiki}/" and address in page.body, f"{page.url}: {page.text()[:600]}"


def a_sign_out_at_home_is_heard_here(stage):
    """Back-channel logout from somebody else's provider: the session that came from there ends, and no other one."""
    stage.vestibule("invite", "second@fabrikam.example", "--tenant", "contoso.example", "--app", "Wiki", "--no-mail")
    visitor = stage.visitor()
    page = visitor.presses(visitor.opens(f"{stage.wiki}/"), "Continue", address="second@fabrikam.example")
    agrees(visitor, signs_in(visitor, page, "second@fabrikam.example")).sees("second@fabrikam.example")
    page = visitor.opens(f"{stage.issuer}/session/end").sees("Do you want to sign-out")
    # Its button stands outside of its form.
    form = page.read.forms[0]
    visitor._goes("POST", form["action"], urllib.parse.urlencode({**form["fields"], "logout": "yes"}))
    end = time.monotonic() + 10
    while visitor.asks("GET", f"{stage.wiki}/", headers=[("Accept", "application/json")]).status != 401:
        assert time.monotonic() < end, "signed out at home, and still in here: " + stage.said("provider") + stage.said("serve")
        time.sleep(0.1)
    stage.signed_in.opens(f"{stage.wiki}/").sees("guest@fabrikam.example")


def clocks_that_differ(stage):
    """The clock of the provider is fourteen minutes ahead: the guest's page and the operator's log say so, and by how much."""
    said = stage.vestibule("idp", "test", "contoso.example", "fabrikam")
    assert re.search(r"^clock +(as ours|\d+ s (ahead of|behind) ours)$", said, re.MULTILINE), said
    stage.provider.send_signal(signal.SIGUSR2)
    visitor = stage.visitor()
    try:
        page = visitor.presses(visitor.opens(f"{stage.wiki}/"), "Continue", address="guest@fabrikam.example")
        page = signs_in(visitor, page, "guest@fabrikam.example")
        assert page.status == 502, f"{page.status}: {page.text()}"
        page.sees("The clock of Fabrikam and ours do not agree", "about 14 minutes later than here", "Request id")
    finally:
        stage.provider.send_signal(signal.SIGUSR2)
    log = (stage.folder / "serve.log").read_text()
    assert re.search(r"is 8[34]\d s ahead of the clock of this machine", log), stage.said("serve")
    # Once the clock is right, the same tab goes on.
    again = html.unescape(re.search(r'href="([^"]+)"[^>]*>\s*Try again', page.body).group(1))
    page = visitor.opens(urllib.parse.urljoin(stage.broker, again))
    page.sees("guest@fabrikam.example")


def a_restart_signs_nobody_out(stage):
    """SIGTERM ends the server with exit code 0; the guest who was signed in still is; the log names nobody."""
    stage.server.terminate()
    assert stage.server.wait(35) == 0, stage.said("serve")
    stage.server = stage.serve()
    page = stage.signed_in.opens(f"{stage.wiki}/after?restart=1")
    assert json.loads(page.body)["path"] == "/after?restart=1", page.text()
    log = (stage.folder / "serve.log").read_text()
    for unwanted in (SECRET, "@fabrikam.example", "panicked", '"level":"ERROR"'):
        assert unwanted not in log, f"{unwanted!r} stands in the log: {stage.said('serve')}"


def a_home_organization_that_is_gone(stage):
    """The provider does not answer a server that knows nothing of it yet: a page says so, soon, with an id to quote."""
    stage.provider.terminate()
    stage.provider.wait()
    visitor = stage.visitor()
    page = visitor.opens(f"{stage.wiki}/")
    began = time.monotonic()
    page = visitor.presses(page, "Continue", address="guest@fabrikam.example")
    assert time.monotonic() - began < 6 and page.status in (502, 503, 504), f"{page.status}: {page.text()}"
    page.sees("Fabrikam does not answer", "Request id")
    stage.signed_in.opens(f"{stage.wiki}/").sees("guest@fabrikam.example")


STORY = [
    the_shipped_configuration_has_no_faults,
    the_connection_is_inspected,
    a_trial_sign_in_shows_the_claims,
    a_guest_signs_in_at_home_and_reaches_the_app,
    a_report_of_answers_is_checked_without_vestibule,
    an_unverified_address_proves_the_mailbox,
    a_sign_out_at_home_is_heard_here,
    clocks_that_differ,
    a_restart_signs_nobody_out,
    a_home_organization_that_is_gone,
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=REPOSITORY / "target" / "debug" / "vestibule", type=Path)
    parser.add_argument("--modules", default=REPOSITORY / "target" / "test-node", type=Path)
    parser.add_argument("--node", default="node")
    stage = Stage(parser.parse_args())
    passed = failed = 0
    try:
        stage.certify()
        stage.provider = stage.start_provider()
        stage.server = stage.serve()
        for tell in STORY:
            began = time.monotonic()
            try:
                tell(stage)
                passed += 1
                print(f"ok     {tell.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception:  # whatever happens in one part is that part's failure
                failed += 1
                print(f"FAILED {tell.__name__}\n{traceback.format_exc()}", flush=True)
                print("    " + stage.said("serve").replace("\n", "\n    "), flush=True)
    finally:
        stage.close()
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
