"""Guests without a home organization: a passcode, or a personal account."""

from demo import DESK, NORTHWIND
from harness import story

PASSPHRASE = "four brown looms at noon"


def types_the_code(stage, guest, address):
    guest.sees_heading("Check your mail")
    guest.types("Code (8 digits)", stage.demo.passcode(address)).presses("Continue")


@story
def one_time_passcode(stage):
    """A guest with nothing but a mailbox signs in with a code; a wrong one is told so."""
    demo, guest = stage.demo, stage.guest()
    address = "passcode@mail.example"
    url = demo.wiki("/minutes?week=12#tuesday")
    guest.opens(url).types("E-mail address", address).presses("Continue")
    guest.sees_heading("Choose how to sign in").presses_way("Send me a code by e-mail")
    guest.sees_heading("Check your mail").sees(address, "Type the code on this page only.").photographs("passcode")
    mail = demo.mail(address, "Your code to sign in at Contoso")
    assert "Never give this code to anyone" in mail["Text"] and "Contoso" in mail["From"]["Name"], mail
    right = demo.passcode(address)
    wrong = f"{(int(right) + 1) % 10**8:08}"
    guest.expects(400, 422).types("Code (8 digits)", wrong).presses("Continue").sees("This code is not right.")
    types_the_code(stage, guest, address)
    guest.sees_heading("Review permissions").presses("Accept")
    guest.sees_heading("Terms of use for guests").presses("Accept")
    guest.is_at(url).sees("You are in", address)
    shown = demo.guest(address, "contoso.example")
    assert shown["source"] == "One-time passcode" and shown["externalUserState"] == "Accepted", shown


@story
def new_personal_account_by_mail_link(stage):
    """A newcomer proves the mailbox, makes a personal account, and comes back with it by direct link."""
    demo, guest = stage.demo, stage.guest()
    address = "newcomer@mail.example"
    guest.opens(demo.redeem_url(address, "Northwind")).presses_way("Send me a code by e-mail")
    types_the_code(stage, guest, address)
    guest.sees_heading("Create your personal account")
    guest.types("Your name", "Nora Newcomer").types("Passphrase", "passwordpassword").expects(400, 422)
    guest.presses("Create account").sees("This passphrase is among the first that somebody would try.")
    guest.types("Passphrase", PASSPHRASE).presses("Create account")
    guest.sees_heading("Review permissions").sees("Northwind has not provided a link to its privacy statement.")
    guest.presses("Accept")
    guest.sees_heading("Your apps at Northwind").sees("Desk", "Board", address).does_not_see("Wiki")
    assert demo.guest(address, "northwind.example")["source"] == "Personal account"

    later = stage.guest()
    later.opens(demo.desk("/northwind.example/")).types("E-mail address", address).presses("Continue")
    later.presses_way("Use my Vestibule password")
    later.sees_heading("Sign in with your personal account").types("Password", PASSPHRASE).presses("Sign in")
    later.is_at(demo.desk("/northwind.example/")).sees("Tickets of Northwind", address)


@story
def existing_personal_account(stage):
    """An account that was made for another organization signs in at the next; the direct link is enough."""
    demo, guest = stage.demo, stage.guest()
    address = "existing@mail.example"
    guest.opens(demo.broker(f"/signin/Desk/{DESK}?tenantId=northwind.example"))
    guest.types("E-mail address", address).presses("Continue")
    guest.sees_heading("Choose how to sign in").presses_way("Use my Vestibule password")
    guest.sees_heading("Sign in with your personal account")
    guest.expects(400, 422).types("Password", "not this one either").presses("Sign in")
    guest.sees("The address and password do not match.")
    guest.types("Password", "demo demo demo demo").presses("Sign in")
    guest.sees_heading("Review permissions").presses("Accept")
    guest.is_at(demo.desk(f"/{NORTHWIND}/")).sees("Tickets of Northwind", address)
