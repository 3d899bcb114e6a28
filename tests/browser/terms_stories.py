"""Terms of use over time: a version that is published while guests are in, and what they accepted."""

import tempfile
from pathlib import Path

from playwright.sync_api import expect

from demo import CONTOSO
from federated_stories import GUEST, agrees_to_contoso, goes_by_direct_link
from harness import story

TERMS = "# Second edition\n\nBe kind to the wiki.\n"


def publishes(demo, *more):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "terms.md"
        path.write_text(TERMS)
        return demo.command("terms", "publish", "--tenant", "contoso.example", "--file", str(path), *more)


@story
def a_version_is_published_while_a_guest_is_in(stage):
    """The open page's WebSocket ends, the next navigation asks, and the page that was asked for follows."""
    demo, guest = stage.demo, stage.guest()
    url = demo.wiki("/live")
    goes_by_direct_link(stage, guest, url)
    agrees_to_contoso(guest)
    guest.is_at(url)
    expect(guest.page.locator("#socket")).to_have_text("open")
    # Chromium reports the cut event stream as a failed load; that is what this part is about.
    guest.forgives("net::ERR_", demo.wiki("/events"))
    publishes(demo, "--language", "en")
    expect(guest.page.locator("#socket")).to_have_text("closed (1008)")
    expect(guest.page.locator("#events")).to_have_text("closed")

    guest.opens(url).sees_heading("Terms of use for guests").sees("Be kind to the wiki.", "Version 2")
    guest.presses("Accept").is_at(url)
    expect(guest.page.locator("#socket")).to_have_text("open")

    # Everything that was answered, to read again; the first edition no longer counts.
    guest.opens(demo.broker(f"/{CONTOSO}/account/accepted")).sees_heading("What you accepted")
    guest.sees("Review permissions", "Accepted, and it counts.", "It no longer counts")
    guest.page.get_by_role("link", name="Read it again").first.click()
    guest.sees_heading("Terms of use for guests").sees("Be kind to the wiki.", "SHA-256")
    with guest.page.expect_download() as download:
        guest.page.get_by_role("link", name="Download").click()
    kept = Path(download.value.path()).read_text()
    assert kept.startswith("<article lang=\"en\"") and "Be kind to the wiki." in kept, kept


@story
def a_minor_version_disturbs_nobody(stage):
    """The page of a guest who is in stays connected, and nothing is asked."""
    demo, guest = stage.demo, stage.guest()
    goes_by_direct_link(stage, guest, demo.wiki("/live"))
    agrees_to_contoso(guest)
    expect(guest.page.locator("#socket")).to_have_text("open")
    publishes(demo, "--language", "en", "--minor")
    guest.page.wait_for_timeout(1_500)
    expect(guest.page.locator("#socket")).to_have_text("open")
    guest.opens(demo.wiki("/next")).is_at(demo.wiki("/next")).sees("You are in")
    history = demo.command("terms", "history", GUEST, "--tenant", "contoso.example")
    assert history.count("accepted") == 2, history
