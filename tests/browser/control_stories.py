"""Controls: what would let a broken product pass. Each shows that the harness notices."""

from playwright.sync_api import Error, expect

from harness import Profile, story


@story
def an_untrusted_authority_is_refused(stage):
    """The same browser without the demo's authority refuses its hosts: no story ran on ignored certificate errors."""
    profile = Profile()
    browser = profile.launch(stage.playwright)
    try:
        page = browser.new_page()
        for url in [stage.demo.wiki("/"), stage.demo.broker("/"), stage.demo.at("login.fabrikam.localhost", "/")]:
            try:
                page.goto(url)
            except Error as refusal:
                assert "ERR_CERT_AUTHORITY_INVALID" in refusal.message, refusal.message
            else:
                raise AssertionError(f"{url} opened in a browser that does not trust the demo")
    finally:
        browser.close()
        profile.remove()


@story
def policy_violations_and_script_errors_are_heard(stage):
    """An inline script on a page of ours is blocked by its policy, and the harness hears of it."""
    guest = stage.guest()
    guest.opens(stage.demo.broker("/contoso.example")).sees_heading("Sign in to Contoso")
    # Chromium takes the element, and the page's policy refuses what is in it.
    guest.page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'hacked'";
      document.body.append(script);
      const image = document.createElement("img");
      image.src = "https://evil.example/pixel.png";
      document.body.append(image);
      setTimeout(() => { throw new Error("a fault in a script") });
    }""")
    expect(guest.page).not_to_have_title("hacked")
    guest.page.wait_for_timeout(300)
    heard = "\n".join(guest.complaints)
    for wanted in ["script-src", "img-src", "a fault in a script"]:
        assert wanted in heard, f"{wanted!r} was not heard: {heard!r}"
    guest.complaints.clear()


@story
def what_is_faint_or_wide_is_noticed(stage):
    """The measures of contrast and width find a page that was spoilt on purpose."""
    from manner_stories import CONTRAST, NARROW, WIDE

    guest = stage.guest(viewport=NARROW)
    guest.opens(stage.demo.broker("/contoso.example")).sees_heading("Sign in to Contoso")
    assert not guest.page.evaluate(CONTRAST)["faint"] and not guest.page.evaluate(WIDE)
    guest.page.evaluate("document.querySelector('h1').style.setProperty('color', 'rgb(200 200 200)')")
    guest.page.evaluate("document.querySelector('h1').style.setProperty('min-width', '400px')")
    assert len(guest.page.evaluate(CONTRAST)["faint"]) == 1
    assert any(found.startswith("H1") for found in guest.page.evaluate(WIDE))
