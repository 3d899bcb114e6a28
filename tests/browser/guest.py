"""A guest at a browser: opens, sees, types, presses. What the browser complains about fails the story."""

import json
import re

from playwright.sync_api import expect

PATIENCE = 15_000
# What the network panel says of an answer such as 400: the story that expects it says so.
STATUS = re.compile(r"the server responded with a status of (\d+)")


class Guest:
    """One browser profile of its own, and the tab that is in front."""

    def __init__(self, context, demo, album):
        self.context = context
        self.demo = demo
        self.album = album
        self.complaints = []
        self.expected_statuses = set()
        self.forgiven = []
        context.set_default_timeout(PATIENCE)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"script error: {error.error}"))
        self.page = context.new_page()

    def _hear(self, message):
        if message.type not in ("error", "warning"):
            return
        status = STATUS.search(message.text)
        if status and int(status.group(1)) in self.expected_statuses:
            return
        place = (message.location or {}).get("url", "")
        if any(words in message.text and place == url for words, url in self.forgiven):
            return
        self.complaints.append(f"{message.type}: {message.text} ({place})")

    def expects(self, *statuses):
        """These answers are part of the story; the browser's mention of them is no complaint."""
        self.expected_statuses.update(statuses)
        return self

    def forgives(self, words, url):
        """This complaint about this address is part of the story."""
        self.forgiven.append((words, url))
        return self

    # What a guest does

    def opens(self, url, status=200):
        """Types an address; the page that stands at the end has this status."""
        if status >= 400:
            self.expects(status)
        answer = self.page.goto(url)
        assert answer is None or answer.status == status, f"{url} answered {answer.status}, not {status}: {self.text()}"
        return self

    def types(self, label, text):
        self.page.get_by_label(label, exact=True).fill(text)
        return self

    def presses(self, words):
        self.page.get_by_role("button", name=words, exact=True).click()
        return self

    def presses_way(self, words):
        """A button with a line of explanation under its words."""
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(words)}")).click()
        return self

    def follows(self, words):
        self.page.get_by_role("link", name=words, exact=True).click()
        return self

    def signs_in_at_fabrikam(self, address, password="demo"):
        self.sees("Sign in at Fabrikam")
        self.types("Work address", address).types("Password", password)
        return self.presses("Sign in")

    # What a guest sees

    def text(self):
        return self.page.locator("body").inner_text()

    def sees(self, *texts):
        body = self.page.locator("body")
        for text in texts:
            expect(body).to_contain_text(text, use_inner_text=True, timeout=PATIENCE)
        return self

    def sees_heading(self, text):
        expect(self.page.get_by_role("heading", level=1, name=text, exact=True)).to_be_visible(timeout=PATIENCE)
        return self

    def does_not_see(self, *texts):
        shown = self.text()
        for text in texts:
            assert text not in shown, f"{text!r} stands on {self.page.url}: {shown}"
        return self

    def is_at(self, url):
        expect(self.page).to_have_url(url, timeout=PATIENCE)
        return self

    def app_saw(self, url):
        """What the app got with a request for `url`, asked for in a tab of its own."""
        tab = self.context.new_page()
        tab.goto(url + ("&" if "?" in url else "?") + "format=json")
        seen = json.loads(tab.locator("body").inner_text())
        tab.close()
        return seen

    def photographs(self, name, full=False):
        """A picture for the README, if pictures are wanted."""
        if self.album is not None:
            self.page.wait_for_load_state("networkidle")
            self.page.screenshot(path=self.album / f"{name}.png", full_page=full, animations="disabled", caret="hide")
        return self
