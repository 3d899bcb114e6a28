"""Chromium in a throw-away profile that trusts the stage's authority, with a guest's cookies."""

import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "browser"))


@contextlib.contextmanager
def opens(stage, host, guest):
    """A page in a context that is signed in at `host`."""
    from harness import Profile
    from playwright.sync_api import sync_playwright

    profile = Profile().trusts(stage.authority.read_bytes())
    try:
        with sync_playwright() as playwright:
            window = profile.launch(playwright)
            context = window.new_context()
            context.add_cookies([
                {"name": name, "value": value, "url": stage.origin(host), "secure": True}
                for name, value in guest.visitor.cookies[host].items()
            ])
            yield context.new_page()
            window.close()
    finally:
        profile.remove()
