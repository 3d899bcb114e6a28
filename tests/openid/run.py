#!/usr/bin/env python3
"""Certified and widely used clients, Microsoft's for its Graph among them, against `vestibule serve`, and the certification plans for providers, module by module.

run.py --binary PATH --node PATH --modules FOLDER [--only WORD]: FOLDER holds node_modules with the Node clients; this runs
in the Python that has the Python clients.
"""

import argparse
import shutil
import sys
import time
import traceback
from pathlib import Path

import apache
import delegated
import graph
import op_modules
import parties
from protocol import Client, Provider
from registrations import write_configuration
from stage import ADMIN, HERE, MEMBER, Stage

# The suite runs every module again with this response mode under the plan "Form Post".
FORM_POST = "form_post"


class Results:
    """What is printed and counted."""

    def __init__(self, only):
        self.only, self.rows = only, []

    def run(self, plan, name, deed):
        if self.only and self.only not in f"{plan} {name}":
            return
        began, verdict, words = time.monotonic(), "PASSED", ""
        try:
            deed()
        except op_modules.Warned as remark:
            verdict, words = "WARNING", str(remark)
        except Exception:
            verdict, words = "FAILED", traceback.format_exc(limit=-2)
        self.rows.append(verdict)
        print(f"{verdict:8} {plan:20} {name:86} {time.monotonic() - began:5.1f} s  {words if verdict == 'WARNING' else ''}".rstrip(), flush=True)
        if verdict == "FAILED":
            print(words, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=Path, default=Path("target/debug/vestibule"))
    parser.add_argument("--node", default="node")
    parser.add_argument("--modules", type=Path, required=True)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    arguments.python = sys.executable
    stage = Stage(arguments)
    try:
        return tells(stage, Results(arguments.only))
    finally:
        stage.close()


def with_peer(stage, words, story):
    peer = stage.peer(words)
    try:
        story(stage, peer)
    finally:
        peer.close()


def tells(stage, results):
    # Node looks for modules beside the program.
    for program in (HERE / "peers").glob("*.mjs"):
        shutil.copy(program, stage.folder)
    (stage.folder / "node_modules").symlink_to((stage.modules / "node_modules").resolve())
    write_configuration(stage)
    stage.serve()
    stage.apache.starts()
    stage.makes_a_member(MEMBER)
    stage.makes_a_member(ADMIN, "--admin")
    stage.desk = stage.visitor()

    for story in apache.STORIES:
        results.run("mod_auth_openidc", story.__name__, lambda story=story: story(stage))

    stories = [(story, "library") for story in parties.STORIES] + [(story, "keyed") for story in parties.KEYED_STORIES]
    for story, client in stories:
        for name, words in parties.libraries(stage, client):
            results.run(name, story.__name__, lambda words=words, story=story: with_peer(stage, words, story))
    story = parties.keys_that_clients_change_count_at_once
    results.run("private_key_jwt", story.__name__, lambda: story(stage))
    for story, client in delegated.STORIES:
        results.run("msal", story.__name__, lambda client=client, story=story: with_peer(stage, delegated.msal(stage, client), story))

    results.run("msgraph-sdk", graph.python.__name__, lambda: graph.python(stage))
    results.run("microsoft-graph-client", graph.node.__name__, lambda: graph.node(stage))

    # One browser for all modules, as somebody who certifies sits before one: sign-ins of one address are limited.
    client, visitor = stage.clients["suite"], stage.visitor()
    for plan, modules, mode in [
        ("config", op_modules.CONFIG, None),
        ("basic", op_modules.BASIC, None),
        ("form post", op_modules.BASIC, FORM_POST),
        ("rp-initiated logout", op_modules.LOGOUT, None),
        ("back-channel logout", op_modules.BACK_CHANNEL, None),
    ]:
        for name, deed in modules.items():
            results.run(plan, name, lambda deed=deed, mode=mode: deed(Provider(stage, client, mode, visitor=visitor)))

    passed, warned, failed = (results.rows.count(verdict) for verdict in ("PASSED", "WARNING", "FAILED"))
    if warned:
        print(f"{warned} of {len(results.rows)} with a warning")
    print(f"{passed + warned} passed, {failed} failed")
    return 0 if failed == 0 and results.rows else 1


if __name__ == "__main__":
    sys.exit(main())
