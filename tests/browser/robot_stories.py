"""Mail robots in a real browser: they open the link of every invitation and press whatever they find."""

import json
import os
import time
from datetime import datetime

from playwright.sync_api import Error

from demo import fetch
from harness import story

VISITS = int(os.environ.get("ROBOTS", "50"))
# A robot goes on while there is something to press, but not for ever.
PAGES = 6
# What detonation chambers do: set every field at once, whatever it expects, and press the first thing that was not
# pressed before. Links to other people's pages are not the invitation.
PRESS = """pressed => {
    for (const field of document.querySelectorAll('input:not([type=hidden]):not([type=submit])')) field.value = '12345678';
    for (const thing of document.querySelectorAll('button, input[type=submit], a[href]')) {
        const name = location.pathname + ' ' + (thing.innerText || thing.value).trim();
        const away = /^(http|mailto):/.test(thing.getAttribute('href') || '');
        if (pressed.includes(name) || away || !thing.checkVisibility()) continue;
        setTimeout(() => thing.click());
        return name;
    }
    return null;
}"""
INVITED = [
    ("guest@fabrikam.example", "Contoso", "contoso.example"),
    ("passcode@mail.example", "Contoso", "contoso.example"),
    ("newcomer@mail.example", "Northwind", "northwind.example"),
    ("existing@mail.example", "Northwind", "northwind.example"),
    ("contact@mail.example", "Contoso", "contoso.example"),
]


def detonates(stage, link):
    """Opens the link in a fresh profile and presses what nobody pressed yet, page after page; how often it pressed."""
    context = stage.browser.new_context(locale="en-US")
    context.set_default_timeout(15_000)
    page = context.new_page()
    pressed = []
    try:
        page.goto(link)
        for _ in range(PAGES):
            try:
                page.wait_for_load_state("domcontentloaded")
                name = page.evaluate(PRESS, pressed)
                if name is None:
                    break
                pressed.append(name)
                page.wait_for_timeout(80)
            except Error:  # the page went on meanwhile; so does the robot
                page.wait_for_timeout(200)
    finally:
        context.close()
    return len(pressed)


def standing(demo, address, tenant):
    """Everything that is kept about a guest; what lies ahead depends on whether a provider answers at that moment."""
    shown = demo.guest(address, tenant)
    assert shown["externalUserState"] == "PendingAcceptance" and not shown["agreements"], shown
    return {name: value for name, value in shown.items() if name not in ("predicted", "warnings")}


def passcode_mails(demo, address):
    """When codes were sent to this address, oldest first."""
    listed = json.loads(fetch(f"http://127.0.0.1:{demo.mail_port}/api/v1/messages?limit=1000"))["messages"]
    codes = [
        message["Created"]
        for message in listed
        if "Your code" in message["Subject"] and any(person["Address"] == address for person in message["To"])
    ]
    return sorted(datetime.fromisoformat(created.replace("Z", "+00:00")).timestamp() for created in codes)


@story
def b3_robots_open_everything(stage):
    """Robots press every button behind every mail link: nobody is redeemed, nothing is agreed to, few codes are sent."""
    demo = stage.demo
    links = {address: demo.redeem_url(address, name) for address, name, _ in INVITED}
    before = {address: standing(demo, address, tenant) for address, _, tenant in INVITED}
    began, presses = time.monotonic(), 0
    for visit in range(VISITS):
        presses += detonates(stage, links[INVITED[visit % len(INVITED)][0]])
    spent = time.monotonic() - began
    print(f"    {VISITS} visits, {presses} buttons and links pressed in {spent:.0f} s")
    assert presses >= VISITS, "the robots found hardly anything to press"
    for address, _, tenant in INVITED:
        assert standing(demo, address, tenant) == before[address], f"a robot changed something for {address}"
        sent = passcode_mails(demo, address)
        pauses = [later - earlier for earlier, later in zip(sent, sent[1:])]
        print(f"    {address}: {len(sent)} code(s)")
        assert all(pause >= 59 for pause in pauses), f"codes to {address} came {pauses} seconds apart"
        assert len(sent) <= 5 * (1 + spent // 3600), f"{len(sent)} codes to {address}"
    guest = stage.guest()
    guest.opens(links["guest@fabrikam.example"]).signs_in_at_fabrikam("guest@fabrikam.example")
    guest.sees_heading("Review permissions").presses("Accept")
    guest.sees_heading("Terms of use for guests").presses("Accept")
    guest.sees_heading("Your apps at Contoso")
