"""The same journey in other manners: by keyboard alone, without JavaScript, on a narrow screen, in the dark."""

from pathlib import Path

from federated_stories import GUEST
from harness import story

NARROW = {"width": 320, "height": 640}
CONTRAST = Path(__file__).with_name("contrast.js").read_text()
WIDE = Path(__file__).with_name("wide.js").read_text()
FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const name = at.labels?.length ? at.labels[0].innerText : (at.getAttribute("aria-label") ?? at.innerText ?? "");
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== "none";
  return {name: name.trim(), ring, tag: at.tagName};
}"""


def walks_to(guest, name, limit=40):
    """Presses Tab until the focus is on what is called so; it must be visible there."""
    passed = []
    for _ in range(limit):
        guest.page.keyboard.press("Tab")
        focus = guest.page.evaluate(FOCUS)
        passed.append(focus["name"])
        if focus["name"] == name:
            assert focus["ring"], f"nothing shows that {name!r} has the focus"
            return guest
    raise AssertionError(f"Tab never came to {name!r} on {guest.page.url}, only to {passed}")


def writes(guest, label, text):
    walks_to(guest, label).page.keyboard.type(text)


def strikes(guest, name, key="Enter"):
    walks_to(guest, name).page.keyboard.press(key)


@story
def keyboard_alone(stage):
    """The whole federated journey and the way out, with Tab, letters, Enter and Space."""
    demo, guest = stage.demo, stage.guest()
    guest.opens(demo.wiki("/page?x=1")).sees_heading("Sign in to Contoso")
    guest.page.keyboard.press("Tab")
    assert guest.page.evaluate(FOCUS)["name"] == "Skip to content"
    writes(guest, "E-mail address", GUEST)
    strikes(guest, "Continue")
    # Fabrikam's form has the cursor already.
    guest.sees("Sign in at Fabrikam").page.locator(":focus").wait_for()
    guest.page.keyboard.type("demo" if guest.page.evaluate(FOCUS)["name"] == "Password" else GUEST)
    if not guest.page.get_by_label("Password").input_value():
        writes(guest, "Password", "demo")
    guest.page.keyboard.press("Enter")
    guest.sees_heading("Review permissions")
    strikes(guest, "Accept", "Space")
    guest.sees_heading("Terms of use for guests")
    walks_to(guest, "Text of the document").page.keyboard.press("End")
    strikes(guest, "Accept")
    guest.is_at(demo.wiki("/page?x=1")).sees("You are in")
    guest.opens(demo.broker("/contoso.example")).sees_heading("Your apps at Contoso")
    strikes(guest, "Sign out")
    guest.sees("signed out")


@story
def without_javascript(stage):
    """The federated journey with JavaScript off: the query survives; the fragment, which only a script can carry, is dropped."""
    demo, guest = stage.demo, stage.guest(java_script_enabled=False)
    guest.opens(demo.wiki("/page?x=1#chapter-2")).sees_heading("Sign in to Contoso")
    guest.types("E-mail address", GUEST).presses("Continue").signs_in_at_fabrikam(GUEST)
    guest.sees_heading("Review permissions").presses("Accept")
    guest.sees_heading("Terms of use for guests").presses("Accept")
    guest.is_at(demo.wiki("/page?x=1")).sees("You are in", GUEST)


@story
def passcode_without_javascript(stage):
    """The passcode journey with JavaScript off."""
    demo, guest = stage.demo, stage.guest(java_script_enabled=False)
    address = "passcode@mail.example"
    guest.opens(demo.wiki("/page?x=1")).types("E-mail address", address).presses("Continue")
    guest.presses_way("Send me a code by e-mail").sees_heading("Check your mail")
    guest.types("Code (8 digits)", demo.passcode(address)).presses("Continue")
    guest.sees_heading("Review permissions").presses("Accept")
    guest.sees_heading("Terms of use for guests").presses("Accept")
    guest.is_at(demo.wiki("/page?x=1")).sees("You are in", address)


def fits(guest, heading):
    """No page scrolls sideways or is cut off, and nothing to press is smaller than WCAG 2.2 asks (2.5.8)."""
    guest.sees_heading(heading)
    wide = guest.page.evaluate(WIDE)
    assert not wide, f"{guest.page.url}: {wide}"
    for button in guest.page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is None or (box["height"] >= 24 and box["width"] >= 24), f"{button.inner_text()!r} is {box}"
    return guest


@story
def narrow_screen(stage):
    """At 320 pixels nothing scrolls sideways or is cut off: sign-in, code, consent, panel, sign-out, refusals."""
    demo, guest = stage.demo, stage.guest(viewport=NARROW)
    address = "passcode@mail.example"
    guest.opens(demo.wiki("/page?x=1"))
    fits(guest, "Sign in to Contoso")
    guest.types("E-mail address", address).presses("Continue")
    fits(guest, "Choose how to sign in").presses_way("Send me a code by e-mail")
    fits(guest, "Check your mail").types("Code (8 digits)", demo.passcode(address)).presses("Continue")
    fits(guest, "Review permissions").photographs("narrow-review-permissions").presses("Accept")
    fits(guest, "Terms of use for guests").presses("Accept")
    guest.is_at(demo.wiki("/page?x=1")).opens(demo.broker("/contoso.example"))
    fits(guest, "Your apps at Contoso").opens(demo.broker("/contoso.example/sign-out"))
    fits(guest, "Sign out").opens(demo.broker("/"), status=400)
    fits(guest, "This address names no organization")
    stranger = stage.guest(viewport=NARROW)
    stranger.opens(demo.redeem_url(GUEST, "Contoso")).signs_in_at_fabrikam("colleague@fabrikam.example")
    fits(stranger, "You are signed in with another account")


def is_legible(guest, heading, dark):
    """Every visible text has the contrast of WCAG 2.2 (1.4.3), on the ground that the scheme asks for."""
    guest.sees_heading(heading)
    found = guest.page.evaluate(CONTRAST)
    assert not found["faint"], f"{guest.page.url}: {found['faint']}"
    assert (found["ground"] < 0.2) == dark, f"the ground of {guest.page.url} has luminance {found['ground']}"
    return guest


def looks(stage, scheme):
    demo, guest = stage.demo, stage.guest(color_scheme=scheme)
    dark, mark = scheme == "dark", "-dark" if scheme == "dark" else ""
    picture = guest.photographs if dark else lambda *_, **__: guest
    guest.opens(demo.wiki("/page?x=1"))
    is_legible(guest, "Sign in to Contoso", dark)
    picture(f"sign-in{mark}")
    guest.types("E-mail address", GUEST).presses("Continue").signs_in_at_fabrikam(GUEST)
    is_legible(guest, "Review permissions", dark)
    picture(f"review-permissions{mark}", full=True)
    guest.presses("Accept")
    is_legible(guest, "Terms of use for guests", dark).presses("Accept")
    guest.is_at(demo.wiki("/page?x=1")).opens(demo.broker("/contoso.example"))
    is_legible(guest, "Your apps at Contoso", dark)
    picture(f"access-panel{mark}")
    guest.opens(demo.broker("/contoso.example/sign-out"))
    is_legible(guest, "Sign out", dark).opens(demo.broker("/"), status=400)
    is_legible(guest, "This address names no organization", dark)
    other = stage.guest(color_scheme=scheme)
    other.opens(demo.broker("/northwind.example")).types("E-mail address", "someone@mail.example").presses("Continue")
    is_legible(other, "Choose how to sign in", dark).presses_way("Use my Vestibule password")
    is_legible(other, "Sign in with your personal account", dark)


@story
def dark_scheme(stage):
    """In the dark every page has a dark ground and legible text."""
    looks(stage, "dark")


@story
def light_scheme(stage):
    """In the light every page has a light ground and legible text."""
    looks(stage, "light")
