"""Guests with a home organization."""

from demo import CONTOSO, WIKI
from harness import story

GUEST = "guest@fabrikam.example"


def goes_by_direct_link(stage, guest, url):
    guest.opens(url).sees_heading("Sign in to Contoso")
    guest.types("E-mail address", GUEST).presses("Continue")
    guest.signs_in_at_fabrikam(GUEST)


def agrees_to_contoso(guest):
    guest.sees_heading("Review permissions").presses("Accept")
    guest.sees_heading("Terms of use for guests").presses("Accept")


@story
def first_visit_by_direct_link(stage):
    """A federated guest opens a link into Wiki; query and fragment survive, and consent is asked once."""
    demo, guest = stage.demo, stage.guest()
    assert demo.guest(GUEST, "contoso.example")["externalUserState"] == "PendingAcceptance"
    url = demo.wiki("/page?x=1#chapter-2")
    guest.opens(url).sees_heading("Sign in to Contoso").sees("Wiki is ready for you").photographs("sign-in")
    guest.types("E-mail address", GUEST).presses("Continue")
    guest.sees("Sign in at Fabrikam")
    guest.signs_in_at_fabrikam(GUEST)
    guest.sees_heading("Review permissions").sees("Contoso (contoso.example) would like to:", GUEST)
    guest.sees("Privacy statement of Contoso").photographs("review-permissions", full=True).presses("Accept")
    guest.sees_heading("Terms of use for guests").photographs("terms-of-use", full=True)
    assert demo.guest(GUEST, "contoso.example")["externalUserState"] == "PendingAcceptance"
    guest.presses("Accept")
    guest.is_at(url).sees("You are in", "Assertion: valid", GUEST).photographs("in-the-app")

    shown = demo.guest(GUEST, "contoso.example")
    assert shown["externalUserState"] == "Accepted" and shown["invitationAccepted"], shown
    assert shown["source"] == "External directory (fabrikam.example)", shown
    seen = guest.app_saw(demo.wiki("/page?x=1"))
    assert seen["email"] == GUEST and seen["tenant"] == CONTOSO, seen
    assert seen["headers"]["x-forwarded-user"] == [shown["id"]], seen
    assert seen["assertion"]["valid"] and seen["assertion"]["claims"]["aud"] == WIKI, seen
    assert "__Host-vestibule" not in str(seen["headers"].get("cookie", "")), seen

    # Neither here nor in another browser is anything asked again.
    guest.opens(demo.wiki("/again")).is_at(demo.wiki("/again")).sees("You are in")
    elsewhere = stage.guest()
    goes_by_direct_link(stage, elsewhere, url)
    elsewhere.is_at(url).sees("You are in")


@story
def first_visit_by_invitation_mail(stage):
    """From the mail link a federated guest types nothing here, clicks once for each document, and is on the panel."""
    demo, guest = stage.demo, stage.guest()
    mail = demo.mail(GUEST, "use apps of Contoso")
    assert mail["From"]["Name"] == "Vestibule Invitations on behalf of Contoso", mail["From"]
    guest.opens(demo.inbox(f"/view/{mail['ID']}")).sees("Did you expect this?").photographs("invitation-mail")
    frame = guest.page.frame_locator("iframe")
    with guest.context.expect_page() as opened:
        frame.get_by_role("link", name="Get started").click()
    guest.page = opened.value
    guest.signs_in_at_fabrikam(GUEST)
    agrees_to_contoso(guest)
    guest.sees_heading("Your apps at Contoso").sees("Wiki", "Desk", "Board", GUEST).photographs("access-panel")
    # The link stays a way back.
    guest.opens(demo.redeem_url(GUEST, "Contoso")).sees_heading("Your apps at Contoso")


@story
def direct_links_without_a_mail(stage):
    """A guest who was added without a mail comes in by either form of the direct sign-on link."""
    demo = stage.demo
    address = "direct@fabrikam.example"
    for number, link in enumerate(
        [f"/api/signin/{WIKI}?tenantId=contoso.example", f"/signin/Wiki/{WIKI}?tenantId={CONTOSO}"]
    ):
        guest = stage.guest()
        guest.opens(demo.broker(link)).types("E-mail address", address).presses("Continue")
        guest.signs_in_at_fabrikam(address)
        if number == 0:
            agrees_to_contoso(guest)
        guest.is_at(demo.wiki("/")).sees("You are in", address)


@story
def wrong_account_and_switch(stage):
    """Signed in as a colleague: the page names both people, and one click leads to the invited one."""
    demo, guest = stage.demo, stage.guest()
    guest.opens(demo.redeem_url(GUEST, "Contoso")).signs_in_at_fabrikam("colleague@fabrikam.example")
    guest.sees_heading("You are signed in with another account").sees("colleague@fabrikam.example")
    guest.does_not_see(GUEST, "Review permissions").photographs("wrong-account")
    guest.presses("Switch to the invited address")
    guest.sees("Which account?").presses("Use another account")
    guest.signs_in_at_fabrikam(GUEST)
    agrees_to_contoso(guest)
    guest.sees_heading("Your apps at Contoso").sees(GUEST)


@story
def not_invited_learns_nothing(stage):
    """Somebody with the right home organization and no invitation meets the one dead end, which offers a way on."""
    demo, guest = stage.demo, stage.guest().expects(403)
    guest.opens(demo.wiki("/")).types("E-mail address", "colleague@fabrikam.example").presses("Continue")
    guest.signs_in_at_fabrikam("colleague@fabrikam.example")
    guest.sees_heading("We cannot let you in yet").sees("colleague@fabrikam.example", "open the link in your invitation mail")
    guest.types("Address that was invited", "colleague@fabrikam.example").presses("Send it to me again")
    guest.sees("If Contoso invited this address, the mail is on its way again.")
    guest.opens(demo.wiki("/.vestibule/me"), status=401)
    guest.opens(demo.broker("/contoso.example/sign-in"), status=403).presses("Use another account")
    guest.sees("Sign in to Contoso")


@story
def one_guest_two_tenants(stage):
    """One guest uses Desk in two organizations in one browser, and neither session serves the other."""
    demo, guest = stage.demo, stage.guest()
    goes_by_direct_link(stage, guest, demo.desk("/contoso.example/"))
    agrees_to_contoso(guest)
    guest.is_at(demo.desk("/contoso.example/")).sees("Tickets of Contoso", GUEST)
    guest.opens(demo.desk("/northwind.example/")).sees_heading("Sign in to Northwind")
    guest.types("E-mail address", GUEST).presses("Continue")
    # Still signed in at Fabrikam: nothing more to type.
    guest.sees_heading("Review permissions").sees("Northwind has not provided a link to its privacy statement.")
    guest.presses("Accept")
    guest.is_at(demo.desk("/northwind.example/")).sees("Tickets of Northwind", GUEST)
    guest.opens(demo.desk("/contoso.example/")).sees("Tickets of Contoso")
    guest.opens(demo.desk("/northwind.example/")).sees("Tickets of Northwind")


@story
def sign_out_at_the_app_and_at_the_broker(stage):
    """Every page that knows the guest offers a way out, and out means out of every app of the organization."""
    demo, guest = stage.demo, stage.guest()
    goes_by_direct_link(stage, guest, demo.wiki("/"))
    agrees_to_contoso(guest)
    guest.is_at(demo.wiki("/")).follows("Sign out")
    guest.sees_heading("Sign out")
    guest.page.get_by_role("button").first.click()
    guest.sees("You are signed out")
    guest.opens(demo.wiki("/")).sees_heading("Sign in to Contoso")

    guest.types("E-mail address", GUEST).presses("Continue").is_at(demo.wiki("/"))
    guest.opens(demo.broker("/contoso.example")).sees_heading("Your apps at Contoso").presses("Sign out")
    guest.sees("signed out")
    guest.opens(demo.wiki("/")).sees_heading("Sign in to Contoso")
