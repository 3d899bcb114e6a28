#!/usr/bin/env python3
"""Lets axe-core look at every page and mail: run.py --samples DIR --mails DIR --axe FILE [--only PART].

The files are the samples that the unit tests write; `tests/run axe` makes them. English is looked at in light and dark, 320
and 1280 pixels wide; each other language in one of these ways. Nothing may be found."""

import argparse
import itertools
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
WAYS = list(itertools.product(["light", "dark"], [320, 1280]))
FEWER = {"nl": [("light", 320)], "sv": [("dark", 320)], "fr": [("dark", 1280)]}

# Pages owe everything that axe knows, its best practices included.
PAGES = {"resultTypes": ["violations"]}
# Mail programs put a mail into a page of theirs, so that landmarks are not the mail's business.
MAILS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

# The control: a page that axe must not like.
SPOILT = """<!doctype html><html><head><title>x</title></head><body>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><p style="color:#bbb;background:#fff">faint</p><input></body></html>"""


def looks_at(page, options):
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def documents(folder, options):
    for file in sorted(folder.glob("*/*.html")):
        language = file.parent.name
        yield file, FEWER.get(language, WAYS), options


def is_watchful(page, axe):
    """Whether axe notices what is bad; otherwise it would let a bad page pass."""
    page.set_content(SPOILT)
    page.evaluate(axe)
    spoilt = {line.split(":")[0] for line in looks_at(page, PAGES)}
    missed = {"image-alt", "color-contrast", "label", "html-has-lang"} - spoilt
    if missed:
        print(f"axe no longer notices {sorted(missed)}: it would let a bad page pass", flush=True)
    return not missed


def looks_at_all(axe, wanted):
    """One browser's share of the documents: how many looks found nothing, and how many something."""
    passed, failed = 0, 0
    with sync_playwright() as playwright:
        # The files are ours, and the tests may run as root, for whom Chromium refuses to sandbox itself.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False)
        page = browser.new_page()
        if not is_watchful(page, axe):
            return 0, 1
        # A page that sends its form by itself would be gone before axe comes.
        page.add_init_script("HTMLFormElement.prototype.submit = () => {}")
        for file, ways, options in wanted:
            shown = None
            for scheme, width in ways:
                if scheme != shown:
                    # A page that changes its colours while it stands fades from one to the other.
                    page.emulate_media(color_scheme=scheme)
                    page.goto(file.resolve().as_uri())
                    page.evaluate(axe)
                    shown = scheme
                page.set_viewport_size({"width": width, "height": 800})
                faults = looks_at(page, options)
                passed, failed = passed + (not faults), failed + bool(faults)
                for fault in faults:
                    print(f"FAILED {file.parent.name}/{file.name} {scheme} {width}: {fault}", flush=True)
        browser.close()
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--mails", type=Path, required=True)
    parser.add_argument("--axe", type=Path, required=True)
    parser.add_argument("--only", default="", help="files whose name contains this")
    arguments = parser.parse_args()

    axe = arguments.axe.read_text()
    wanted = [*documents(arguments.samples, PAGES), *documents(arguments.mails, MAILS)]
    wanted = [entry for entry in wanted if arguments.only in entry[0].name]
    began = time.monotonic()
    # Most of a look is JavaScript on one core, so that each core gets a browser.
    browsers = max(1, min(os.cpu_count() or 1, len(wanted)))
    with ProcessPoolExecutor(browsers) as pool:
        shares = [pool.submit(looks_at_all, axe, wanted[number::browsers]) for number in range(browsers)]
        counts = [share.result() for share in shares]
    passed, failed = (sum(numbers) for numbers in zip(*counts))
    print(f"{len(wanted)} documents in {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0 or not passed)


if __name__ == "__main__":
    sys.exit(main())
