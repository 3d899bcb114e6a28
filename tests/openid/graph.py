"""Microsoft's own clients at the admin API, unmodified, over a directory of 2,500 guests."""

import subprocess

from registrations import SCRIPTS, SECRET, TERMS
from stage import ACME, HERE

GUESTS = 2500


def fills(stage):
    """Invites the guests from a file, once."""
    if hasattr(stage, "filled"):
        return
    stage.write("guests.csv", "email\n" + "".join(f"guest-{number}@many.example\n" for number in range(GUESTS)))
    stage.vestibule("invite", "--csv", "guests.csv", "--tenant", "acme.example", "--no-mail")
    stage.filled = True


def passes(stage, words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, env=stage.environment(), cwd=stage.folder)
    print("    " + done.stdout.strip().replace("\n", "\n    "), flush=True)
    assert done.returncode == 0, done.stdout + done.stderr


def python(stage):
    """msal and msgraph-sdk: invite, find by state, reset, list acceptances, page through everybody, delete, restore, audit."""
    fills(stage)
    passes(stage, [
        stage.python, HERE / "peers" / "graph_client.py", "--origin", stage.broker, "--redirect", f"{stage.broker}/{ACME}/myapps",
        "--ca", stage.authority, "--client", SCRIPTS, "--secret", SECRET, "--terms", TERMS, "--users", GUESTS,
    ])


def node(stage):
    """@microsoft/microsoft-graph-client: the same from Node."""
    fills(stage)
    passes(stage, [
        stage.node, stage.folder / "graph_client.mjs", stage.broker, f"{stage.broker}/{ACME}/myapps", GUESTS, SCRIPTS, SECRET,
    ])
