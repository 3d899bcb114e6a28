"""Apps behind the proxy: many tabs at once, streams, and the tenant in the query."""

from playwright.sync_api import expect

from demo import CONTOSO
from federated_stories import GUEST, agrees_to_contoso, goes_by_direct_link
from harness import story

TABS = 20


def open_at_once(guest, urls):
    """Opens all addresses in tabs of one browser, without waiting for any."""
    launcher = guest.page
    known = set(guest.context.pages)
    launcher.evaluate("urls => { for (const url of urls) window.open(url, '_blank', 'noopener'); }", urls)
    for _ in range(200):
        if len(guest.context.pages) == len(known) + len(urls):
            break
        launcher.wait_for_timeout(50)
    return [tab for tab in guest.context.pages if tab not in known]


@story
def twenty_tabs_before_sign_in(stage):
    """Twenty tabs ask for Wiki at once before anybody signed in; after one sign-in each arrives at its own page."""
    demo, guest = stage.demo, stage.guest()
    tabs = open_at_once(guest, [demo.wiki(f"/tab?n={number}") for number in range(TABS)])
    assert len(tabs) == TABS, len(tabs)
    for tab in tabs:
        expect(tab.get_by_role("heading", level=1)).to_have_text("Sign in to Contoso")
    guest.page = tabs[0]
    guest.expects(403).types("E-mail address", GUEST).presses("Continue")
    # Tabs that opened at once each brought a sign-in cookie, and one of them stayed; the others start again.
    guest.page.get_by_text("Sign in at Fabrikam").or_(guest.page.get_by_text("Let us start again")).wait_for()
    if "Let us start again" in guest.text():
        guest.follows("Start again").types("E-mail address", GUEST).presses("Continue")
    guest.signs_in_at_fabrikam(GUEST)
    agrees_to_contoso(guest)
    guest.sees("You are in")
    for tab in tabs[1:]:
        tab.reload()
    for tab in tabs:
        expect(tab.get_by_role("heading", level=1)).to_have_text("You are in")
    arrived = sorted(int(tab.url.split("n=")[1]) for tab in tabs)
    assert arrived == list(range(TABS)), arrived


@story
def twenty_tabs_with_a_session(stage):
    """Signed in at Wiki, twenty tabs ask for Desk at once: the first visit to that host, and nobody is asked anything."""
    demo, guest = stage.demo, stage.guest()
    goes_by_direct_link(stage, guest, demo.wiki("/"))
    agrees_to_contoso(guest)
    guest.sees("You are in").opens("about:blank")
    tabs = open_at_once(guest, [demo.desk(f"/contoso.example/?n={number}") for number in range(TABS)])
    for tab in tabs:
        expect(tab.get_by_role("heading", level=1)).to_have_text("Tickets of Contoso")
    arrived = sorted(int(tab.url.split("n=")[1]) for tab in tabs)
    assert arrived == list(range(TABS)), arrived


@story
def websocket_and_event_stream(stage):
    """Both run through the proxy, and both end when the guest signs out in another tab."""
    demo, guest = stage.demo, stage.guest()
    goes_by_direct_link(stage, guest, demo.wiki("/live"))
    agrees_to_contoso(guest)
    guest.is_at(demo.wiki("/live"))
    live = guest.page
    expect(live.locator("#socket")).to_have_text("open")
    expect(live.locator("#events")).to_have_text("event 2")
    guest.types("Say something", "through the gate").presses("Send")
    expect(live.locator("#echo")).to_have_text("through the gate")

    # Chromium reports the cut event stream as a failed load; that is what this part is about.
    guest.forgives("net::ERR_", demo.wiki("/events"))
    guest.page = guest.context.new_page()
    guest.opens(demo.broker("/contoso.example")).presses("Sign out").sees("signed out")
    expect(live.locator("#socket")).to_have_text("closed (1008)")
    expect(live.locator("#events")).to_have_text("closed")


@story
def tenant_in_the_query(stage):
    """Board learns its tenant from the query once; the parameter goes, and the session keeps it."""
    demo, guest = stage.demo, stage.guest()
    guest.opens(demo.board(f"/?tenantid={CONTOSO}&sort=new")).sees_heading("Sign in to Contoso")
    guest.types("E-mail address", GUEST).presses("Continue").signs_in_at_fabrikam(GUEST)
    agrees_to_contoso(guest)
    guest.is_at(demo.board("/?sort=new")).sees("Notes at Contoso")
    guest.types("New note", "Seen through the gate").presses("Put it up")
    guest.is_at(demo.board("/")).sees("Seen through the gate")
