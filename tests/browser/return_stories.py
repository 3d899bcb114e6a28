"""Going back after a sign-in, and forms that were sent after the session had ended."""

from playwright.sync_api import expect

from federated_stories import GUEST, agrees_to_contoso, goes_by_direct_link
from harness import story

SEND = """([action, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action});
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), {name, value}));
  }
  document.body.append(form);
  form.submit();
}"""


def goes_back_to_the_start(guest, url, steps=12):
    """Presses Back until there is nothing before it. Wherever a page of ours stood, the app stands now."""
    passed = []
    for _ in range(steps):
        before = guest.page.url
        if guest.page.go_back() is None and guest.page.url == "about:blank":
            break
        # A page may lead on by itself.
        guest.page.wait_for_load_state("networkidle")
        passed.append(guest.page.url)
        if "fabrikam" in guest.page.url.split("/")[2]:
            # What stood at the home organization is its own affair.
            continue
        expect(guest.page.get_by_role("heading", level=1)).to_have_text("You are in", timeout=10_000)
        assert guest.page.url == url, f"Back from {before} led to {guest.page.url}"
    assert passed, "there was nothing to go back to"
    print(f"    {len(passed)} times Back", flush=True)


@story
def back_after_federated_sign_in(stage):
    """After the whole journey, Back leads into the app from each page of it, and never to a form that is dead."""
    demo, guest = stage.demo, stage.guest()
    url = demo.wiki("/page?x=1")
    goes_by_direct_link(stage, guest, url)
    agrees_to_contoso(guest)
    # The page of Fabrikam, where a sign-in is over, says so.
    guest.is_at(url).sees("You are in").expects(400)
    goes_back_to_the_start(guest, url)


@story
def back_after_passcode(stage):
    """The same after a code by e-mail."""
    by_passcode(stage)


@story
def back_after_passcode_without_javascript(stage):
    """The same with JavaScript off."""
    by_passcode(stage, java_script_enabled=False)


def by_passcode(stage, **options):
    demo, guest = stage.demo, stage.guest(**options)
    address, url = "passcode@mail.example", demo.wiki("/page?x=1")
    guest.opens(url).types("E-mail address", address).presses("Continue")
    guest.presses_way("Send me a code by e-mail").sees_heading("Check your mail")
    guest.types("Code (8 digits)", demo.passcode(address)).presses("Continue")
    agrees_to_contoso(guest)
    guest.is_at(url).sees("You are in")
    goes_back_to_the_start(guest, url)


@story
def back_in_the_middle_of_a_journey(stage):
    """Back from the code to the choice, forward again, another way: every page works."""
    demo, guest = stage.demo, stage.guest()
    address = "passcode@mail.example"
    url = demo.wiki("/page?x=1")
    guest.opens(url).types("E-mail address", address).presses("Continue")
    guest.presses_way("Send me a code by e-mail").sees_heading("Check your mail")
    guest.page.go_back()
    # The journey is where it was: whatever address is shown, the page is the one of the step.
    guest.sees_heading("Check your mail")
    guest.types("Code (8 digits)", demo.passcode(address)).presses("Continue")
    agrees_to_contoso(guest)
    guest.is_at(url).sees("You are in")


@story
def a_form_is_kept_over_sign_in(stage):
    """A form sent after the session ended is shown after the sign-in, sent once by a press, and not again by Back or reload."""
    demo, guest = stage.demo, stage.guest(bypass_csp=True)
    # Without its policy, a page of Fabrikam lets the browser look for a picture that it does not have.
    guest.forgives("404", demo.at("login.fabrikam.localhost", "/favicon.ico"))
    # And the app's may be under way when the session ends, and end with it.
    guest.forgives("net::ERR_", demo.wiki("/favicon.ico"))
    goes_by_direct_link(stage, guest, demo.wiki("/page"))
    agrees_to_contoso(guest)
    guest.is_at(demo.wiki("/page")).sees("You are in")
    demo.command("guest", "sessions", GUEST, "--tenant", "contoso.example", "--end-all")
    fields = {"title": "Minutes <of> Monday", "password": "hunter2"}
    guest.page.evaluate(SEND, [demo.wiki("/save?draft=1"), fields])
    guest.sees_heading("Sign in to Contoso")
    # Fabrikam still knows who it is.
    guest.types("E-mail address", GUEST).presses("Continue")
    guest.sees_heading("Send what you entered?").sees("Minutes <of> Monday", "wiki.contoso.localhost/save")
    guest.does_not_see("hunter2")
    question = guest.page.url
    guest.presses("Send it now").sees("You are in", "POST", "draft=1")
    assert guest.page.url.startswith(demo.wiki("/save?draft=1&vestibule-form=")), guest.page.url
    guest.does_not_see("vestibule-form")
    # It was sent, and is gone: neither Back nor a reload sends it again.
    guest.expects(410).page.reload()
    guest.sees("There is nothing to send here")
    guest.page.go_back()
    guest.opens(question, status=410).does_not_see("Send it now")
