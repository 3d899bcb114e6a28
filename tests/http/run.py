#!/usr/bin/env python3
"""The whole of HTTP through `vestibule serve`: WebSockets, streams, gRPC, clients as published, and what a listener must refuse.

run.py [--binary PATH] [--family NAME …] [--only WORD] [--node PATH] [--modules FOLDER] [--h2spec PATH]: runs in the Python that has
the clients; FOLDER holds node_modules with `ws`. HTTP_LONG=1 runs everything at full length. The last line is `N passed, M failed`.
"""

import argparse
import importlib
import os
import sys
import time
import traceback
from pathlib import Path

from http_stage import HttpStage

FAMILIES = ["websockets", "streams", "ends", "clients", "http1", "http2", "floods", "targets", "grpc"]


class Results:
    """What is printed and counted."""

    def __init__(self, only):
        self.only, self.passed, self.failed = only, 0, 0

    def run(self, family, name, deed, counts=True):
        """One check; what it returns was seen and is printed. Whether it passed; if it does not count, only a failure is told."""
        if counts and self.only and self.only not in f"{family} {name}":
            return True
        began = time.monotonic()
        try:
            seen, verdict = deed(), "passed"
        except Exception:
            seen, verdict = traceback.format_exc(limit=-3), "FAILED"
        if not counts and verdict == "passed":
            return True
        self.passed += verdict == "passed"
        self.failed += verdict == "FAILED"
        first, *rest = str(seen or "").rstrip().splitlines() or [""]
        print(f"{verdict} {family:10} {name:88} {time.monotonic() - began:5.1f} s  {first}".rstrip(), *rest, sep="\n    ", flush=True)
        return verdict == "passed"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, default=Path("target/debug/vestibule"))
    parser.add_argument("--only", default="", help="checks whose family and name contain this")
    parser.add_argument("--family", nargs="+", choices=FAMILIES, default=FAMILIES)
    parser.add_argument("--node", default="node")
    parser.add_argument("--modules", type=Path, default=Path("target/test-http"))
    parser.add_argument("--h2spec", type=Path, help="the tool, to be run against the listener as well")
    arguments = parser.parse_args()
    results, stage = Results(arguments.only), HttpStage(arguments.binary)
    stage.node, stage.modules = arguments.node, arguments.modules.resolve()
    stage.h2spec = arguments.h2spec and arguments.h2spec.resolve()
    stage.is_long = os.environ.get("HTTP_LONG") == "1"
    try:
        stage.opens()
        for family in arguments.family:
            checks = []
            # What a family needs before its first check may fail as well.
            if not results.run(family, "opens", lambda: checks.extend(importlib.import_module(f"{family}_family").checks(stage)), counts=False):
                continue
            for name, deed in checks:
                results.run(family, name, deed)
    finally:
        stage.close()
    print(f"{results.passed} passed, {results.failed} failed")
    return 0 if results.passed and not results.failed else 1


if __name__ == "__main__":
    sys.exit(main())
