"""Runs browser stories: a demo of its own for each, and Chromium in a throw-away profile that trusts the demo's authority."""

import importlib
import os
import shutil
import subprocess
import tempfile
import time
import traceback
from pathlib import Path

from playwright.sync_api import sync_playwright

from demo import REPOSITORY, Demo
from guest import Guest

CHROMIUM = "/usr/bin/chromium"
FAILURES = REPOSITORY / "target" / "browser-failures"
WIDE = {"width": 1280, "height": 800}

STORIES = []


def story(tell):
    """Marks a function as a story; its name and first line say what it shows."""
    STORIES.append(tell)
    return tell


class Profile:
    """A home folder whose NSS database trusts one authority, and nothing of the person who runs this."""

    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="vestibule-browser-"))
        self.database = self.home / ".pki" / "nssdb"
        self.database.mkdir(parents=True)
        self._certutil("-N", "--empty-password")

    def _certutil(self, *words):
        subprocess.run(["certutil", "-d", f"sql:{self.database}", *words], check=True, capture_output=True)

    def trusts(self, authority):
        pem = self.home / "authority.pem"
        pem.write_bytes(authority)
        self._certutil("-A", "-t", "C,,", "-n", "demo", "-i", str(pem))
        return self

    def launch(self, playwright):
        # Chromium refuses to sandbox itself for root.
        return playwright.chromium.launch(
            executable_path=CHROMIUM,
            env={**os.environ, "HOME": str(self.home)},
            chromium_sandbox=os.geteuid() != 0,
        )

    def remove(self):
        shutil.rmtree(self.home, ignore_errors=True)


class Stage:
    """What a story gets: its demo, and guests who enter with browsers of their own."""

    def __init__(self, playwright, browser, demo, album):
        self.playwright = playwright
        self.browser = browser
        self.demo = demo
        self.album = album
        self.guests = []

    def guest(self, **options):
        context = self.browser.new_context(**{"viewport": WIDE, "locale": "en-US", **options})
        guest = Guest(context, self.demo, self.album)
        self.guests.append(guest)
        return guest


class Theatre:
    """Everything that outlives one story: Playwright, the browser, the authority kept in one home folder."""

    def __init__(self, binary, album=None):
        self.binary = binary
        self.album = album
        self.profile = Profile()
        self.playwright = None
        self.browser = None

    def __enter__(self):
        self.playwright = sync_playwright().start()
        return self

    def __exit__(self, *_):
        if self.browser is not None:
            self.browser.close()
        self.playwright.stop()
        self.profile.remove()

    def demo(self):
        # Pictures show the addresses that the README names.
        ports = {"port": 8443, "mail_port": 8025} if self.album else {}
        return Demo(self.binary, self.profile.home, **ports)

    def plays(self, tell):
        """Tells one story; returns its faults."""
        demo, stage, faults = self.demo(), None, []
        try:
            demo.start()
            if self.browser is None:
                # The demo keeps its authority in the home folder, so all demos of this run share it.
                self.profile.trusts(demo.authority())
                self.browser = self.profile.launch(self.playwright)
            stage = Stage(self.playwright, self.browser, demo, self.album)
            tell(stage)
        except Exception:  # whatever happens in one story is that story's failure
            # Playwright's account of its waiting repeats the whole page many times.
            faults.append(traceback.format_exc().split("Call log:")[0])
            if stage is not None:
                keep(tell.__name__, stage)
        for guest in stage.guests if stage else []:
            faults.extend(f"the browser complained: {complaint}" for complaint in guest.complaints)
            guest.context.close()
        if not demo.stop():
            faults.append("the demo did not stop within its time after SIGTERM")
        if faults and demo.said():
            faults.append(f"the demo said:\n{demo.said()}")
        demo.remove()
        return faults


def keep(name, stage):
    """Keeps what the tabs showed when a story failed."""
    FAILURES.mkdir(parents=True, exist_ok=True)
    for guest_number, guest in enumerate(stage.guests):
        for tab_number, tab in enumerate(guest.context.pages):
            file = FAILURES / f"{name}-{guest_number}-{tab_number}"
            try:
                tab.screenshot(path=f"{file}.png", full_page=True, timeout=5_000)
                file.with_suffix(".html").write_text(f"<!-- {tab.url} -->\n{tab.content()}")
            except Exception as error:  # a tab that hangs must not hide why the story failed
                print(f"    no picture of {tab.url}: {error}")


def load(folder):
    """Imports every story file beside this one."""
    for path in sorted(folder.glob("*_stories.py")):
        importlib.import_module(path.stem)
    return STORIES


def run(stories, theatre):
    """Tells the stories and prints how it went; the number of failures is the result."""
    failed = 0
    for tell in stories:
        began = time.monotonic()
        faults = theatre.plays(tell)
        spent = time.monotonic() - began
        failed += bool(faults)
        print(f"{'FAILED' if faults else 'ok':<6} {tell.__name__} ({spent:.1f} s): {tell.__doc__.splitlines()[0]}", flush=True)
        for fault in faults:
            print("    " + fault.rstrip().replace("\n", "\n    "), flush=True)
    return failed
