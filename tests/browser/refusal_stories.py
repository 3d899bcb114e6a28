"""What is refused, and what a guest reads then."""

from harness import story

from demo import DESK, WIKI
from federated_stories import GUEST, goes_by_direct_link


@story
def common_urls_are_refused(stage):
    """An address that names no organization is answered 400 with the reason and the right links, on every host."""
    demo, guest = stage.demo, stage.guest()
    on_the_broker = ["/", "/common", "/organizations", "/consumers", f"/api/signin/{WIKI}", f"/signin/Desk/{DESK}"]
    for url in map(demo.broker, on_the_broker):
        guest.opens(url, status=400).sees_heading("This address names no organization").sees("Request id")
        guest.sees("A right link looks like one of these:").does_not_see("Northwind", "northwind", "c0a70500")
    for url in [demo.desk("/"), demo.board("/")]:
        guest.opens(url, status=400).sees_heading("This link does not say which organization invited you")
        guest.sees("Request id").does_not_see("Contoso", "Northwind", "contoso", "northwind", "c0a70500")
    guest.opens(demo.broker("/"), status=400).photographs("common-url")


@story
def unknown_organizations_and_pages(stage):
    """Unknown, unverified and mistyped organizations are answered alike, with an id to quote."""
    demo, guest = stage.demo, stage.guest()
    for url in [
        demo.broker("/nobody.example"),
        demo.broker("/c0a70500-0000-4000-8000-00000000dead/myapps"),
        demo.broker("/contoso.example.evil.example"),
        demo.broker("/contoso.example/no-such-page"),
        demo.broker(f"/api/signin/{WIKI}?tenantId=nobody.example"),
    ]:
        guest.opens(url, status=404).sees_heading("There is nothing here").sees("Request id")


@story
def decline_and_come_back(stage):
    """Declining gives no access and leaves the invitation pending; any link leads back to the same question."""
    demo, guest = stage.demo, stage.guest()

    def state():
        return demo.guest(GUEST, "contoso.example")["externalUserState"]

    goes_by_direct_link(stage, guest, demo.wiki("/"))
    guest.sees_heading("Review permissions").presses("Decline")
    guest.sees_heading("Nothing was shared").sees("learns only that you declined")
    assert state() == "PendingAcceptance"
    guest.follows("Look at it again").sees_heading("Review permissions").presses("Accept")
    guest.sees_heading("Terms of use for guests").presses("Decline")
    guest.sees_heading("The apps stay closed").sees("You did not accept “Terms of use")
    assert state() == "PendingAcceptance"
    guest.opens(demo.wiki("/back?again=1")).sees_heading("Terms of use for guests")
    assert state() == "PendingAcceptance"
    guest.presses("Accept").is_at(demo.wiki("/back?again=1")).sees("You are in")
    assert state() == "Accepted"


@story
def terms_in_another_language(stage):
    """The document can be read in each of its languages, and what is accepted is what was read."""
    demo, guest = stage.demo, stage.guest()
    goes_by_direct_link(stage, guest, demo.wiki("/"))
    guest.sees_heading("Review permissions").presses("Accept").sees_heading("Terms of use for guests")
    # The footer offers the language of the page as well; this is about the document.
    guest.page.get_by_role("navigation", name="Read it in").get_by_role("link", name="Nederlands", exact=True).click()
    guest.sees_heading("Gebruiksvoorwaarden voor gasten").presses("Accept")
    guest.is_at(demo.wiki("/")).sees("You are in")


@story
def a_form_of_another_browser(stage):
    """The sign-in cookie went away while the page stood open: nothing was sent, and "Start again" still leads to the page."""
    demo, guest = stage.demo, stage.guest()
    url = demo.wiki("/page?x=1")
    guest.opens(url).sees_heading("Sign in to Contoso")
    guest.context.clear_cookies(domain="vestibule.localhost")
    guest.expects(400, 403).types("E-mail address", GUEST).presses("Continue")
    guest.sees_heading("Let us start again").sees("Nothing was sent", "Request id").follows("Start again")
    guest.sees_heading("Sign in to Contoso").types("E-mail address", GUEST).presses("Continue")
    guest.signs_in_at_fabrikam(GUEST).sees_heading("Review permissions").presses("Accept")
    guest.sees_heading("Terms of use for guests").presses("Accept")
    guest.is_at(url).sees("You are in")
