"""Passkeys, on authenticators that Chromium plays: made through the mail link, signed in with, added, removed, a second step."""

import re

from playwright.sync_api import expect

from harness import story
from mailbox_stories import types_the_code

NEWCOMER = "newcomer@mail.example"
EXISTING = "existing@mail.example"
SIGN_IN = "Sign in with a passkey"
NAME = "Name for a new passkey"


class Phone:
    """An authenticator in this tab, which unlocks itself. Where it is not offered, the browser has no conditional UI: its
    authenticator would answer before anybody could press a button."""

    def __init__(self, guest, offered=False):
        if not offered:
            guest.page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
        self.session = guest.context.new_cdp_session(guest.page)
        self.session.send("WebAuthn.enable")
        self.id = self.added()

    def added(self):
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        return self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def kept(self):
        return self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def is_exchanged(self, *credentials):
        """Another authenticator lies here from now on, with these credentials; what this one held is returned."""
        kept = self.kept()
        self.session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})
        self.id = self.added()
        for credential in credentials:
            self.gets(credential)
        return kept

    def gets(self, credential):
        self.session.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential})


def signs_out(guest, demo):
    guest.opens(demo.broker("/northwind.example")).sees_heading("Your apps at Northwind").presses("Sign out")
    guest.sees_heading("You are signed out")


def makes_an_account(stage, guest):
    """Through the mail link, with no passphrase."""
    demo = stage.demo
    guest.opens(demo.redeem_url(NEWCOMER, "Northwind")).presses_way("Send me a code by e-mail")
    types_the_code(stage, guest, NEWCOMER)
    guest.sees_heading("Create your personal account").types("Your name", "Nora Newcomer")
    guest.presses("Create account with a passkey")
    guest.sees_heading("Keep your recovery codes").follows("I have kept them")
    guest.sees_heading("Review permissions").presses("Accept")
    guest.sees_heading("Your apps at Northwind").sees("Desk", NEWCOMER)


@story
def account_with_a_passkey(stage):
    """A newcomer makes an account with a passkey, signs out, and comes back with it without typing anything."""
    demo, guest = stage.demo, stage.guest()
    phone = Phone(guest)
    makes_an_account(stage, guest)
    assert demo.guest(NEWCOMER, "northwind.example")["source"] == "Personal account"
    [kept] = phone.kept()
    assert kept["isResidentCredential"] and kept["rpId"] == "vestibule.localhost", kept

    signs_out(guest, demo)
    guest.opens(demo.broker("/northwind.example")).sees_heading("Sign in to Northwind")
    guest.presses(SIGN_IN).sees_heading("Your apps at Northwind").sees("Desk", NEWCOMER)
    [kept] = phone.kept()

    # Where the browser offers it beside the address field, nothing is pressed either.
    other = stage.guest()
    Phone(other, offered=True).gets(kept)
    other.opens(demo.broker("/northwind.example")).sees_heading("Your apps at Northwind").sees(NEWCOMER)

    # Nobody else's authenticator opens anything, and the page says so.
    signs_out(guest, demo)
    phone.is_exchanged()
    guest.opens(demo.broker("/northwind.example")).sees_heading("Sign in to Northwind")
    guest.presses(SIGN_IN).sees("No passkey was used.")
    guest.does_not_see("Your apps")


@story
def passkeys_among_the_methods(stage):
    """A second passkey is added, named and removed; the last one stays, for it is the only way in."""
    demo, guest = stage.demo, stage.guest()
    phone = Phone(guest)
    makes_an_account(stage, guest)
    guest.opens(demo.broker("/northwind.example/account/methods")).sees_heading("Your sign-in methods")
    guest.sees("This passkey is your only way to sign in")
    # The same authenticator holds one already.
    guest.presses("Add a passkey").sees("No passkey was made.")
    [first] = phone.is_exchanged()
    guest.types(NAME, "Blue key").presses("Add a passkey")
    guest.sees("Blue key", "10 codes are left.").does_not_see("only way to sign in")
    guest.presses("Remove Blue key")
    guest.sees("The passkey was removed.", "This passkey is your only way to sign in").does_not_see("Blue key")

    # What was removed signs in no more, and what is left does.
    signs_out(guest, demo)
    guest.expects(400, 422).opens(demo.broker("/northwind.example"))
    guest.presses(SIGN_IN).sees("This passkey does not sign in here.")
    phone.is_exchanged(first)
    guest.presses(SIGN_IN).sees_heading("Your apps at Northwind")
    # The same once more, as it was before: a copy, whose signature counter does not move on.
    signs_out(guest, demo)
    phone.is_exchanged(first)
    guest.opens(demo.broker("/northwind.example"))
    guest.presses(SIGN_IN).sees("This passkey does not sign in here.")


@story
def passkey_as_second_step(stage):
    """Somebody with a password adds a passkey; it is the second step before the methods are changed, with or without it."""
    demo, guest = stage.demo, stage.guest()
    guest.opens(demo.redeem_url(EXISTING, "Northwind")).types("Password", "demo demo demo demo").presses("Sign in")
    guest.sees_heading("Review permissions").presses("Accept")
    phone = Phone(guest)
    guest.opens(demo.broker("/northwind.example/account/methods"))
    guest.sees("You have none. With one, your device signs you in").types(NAME, "Laptop").presses("Add a passkey")
    guest.sees_heading("Keep your recovery codes")
    code = guest.page.locator("li code").first.inner_text()
    guest.follows("I have kept them").sees("Laptop")
    [key] = phone.kept()

    later = stage.guest()
    other = Phone(later)
    later.opens(demo.broker("/northwind.example/account/methods")).types("E-mail address", EXISTING).presses("Continue")
    later.presses_way("Use my Vestibule password").types("Password", "demo demo demo demo").presses("Sign in")
    later.sees_heading("One more step").sees("Use your passkey, or type one of your recovery codes.")
    later.presses("Use a passkey").sees("No passkey was used.")
    other.gets(key)
    later.presses("Use a passkey").sees_heading("Your sign-in methods").sees("Laptop", "10 codes are left.")

    third = stage.guest(java_script_enabled=False)
    third.opens(demo.broker("/northwind.example/account/methods")).types("E-mail address", EXISTING).presses("Continue")
    third.sees("Passkeys need JavaScript, which is off in this browser.")
    expect(third.page.get_by_role("button", name=SIGN_IN)).to_have_count(0)
    third.presses_way("Use my Vestibule password").types("Password", "demo demo demo demo").presses("Sign in")
    third.sees_heading("One more step").types("Code", code).presses("Continue")
    third.sees_heading("Your sign-in methods").sees("9 codes are left.", "Passkeys need JavaScript")
    expect(third.page.get_by_role("button", name=re.compile("Add a passkey"))).to_have_count(0)
