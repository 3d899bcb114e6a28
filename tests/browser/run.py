#!/usr/bin/env python3
"""Tells the browser stories against the demo: run.py [--binary PATH] [--only PART] [--screenshots]."""

import argparse
import sys
from pathlib import Path

from harness import REPOSITORY, Theatre, load, run

HERE = Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=REPOSITORY / "target" / "debug" / "vestibule", type=Path)
    parser.add_argument("--only", default="", help="stories whose name contains this")
    parser.add_argument("--screenshots", action="store_true", help="also take the pictures of the README")
    arguments = parser.parse_args()

    album = None
    if arguments.screenshots:
        album = REPOSITORY / "docs" / "screenshots"
        album.mkdir(parents=True, exist_ok=True)
    stories = [tell for tell in load(HERE) if arguments.only in tell.__name__]
    with Theatre(arguments.binary.resolve(), album) as theatre:
        failed = run(stories, theatre)
    print(f"{len(stories) - failed} passed, {failed} failed")
    return int(failed > 0 or not stories)


if __name__ == "__main__":
    sys.exit(main())
