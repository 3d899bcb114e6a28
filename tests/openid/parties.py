"""Stories of other people's relying parties: two libraries and Apache's module, as they are published."""

import json
import time
import urllib.parse

from stage import HERE

SCOPE = "openid profile email offline_access"


def libraries(stage):
    """(name, words that start it)."""
    client = stage.clients["library"]
    facts = [stage.issuer, client.id, client.secret, client.redirect_uri]
    yield "openid-client", [stage.node, stage.folder / "openid_client.mjs", *facts]
    yield "authlib", [stage.python, HERE / "peers" / "authlib_client.py", *facts]


def guest(stage):
    """Somebody who was just invited to the library's app; codes by mail are a minute apart for each address."""
    address = f"guest-{time.monotonic_ns()}@mail.example"
    stage.invites(address, "Library")
    return address


def flow(stage, peer, visitor, address):
    """Sign-in by code, as this library does it."""
    page = visitor.opens(peer.does("begin")["url"])
    if page.status != 0:
        page = stage.signs_in(visitor, page, address)
    return page.url, peer.does("finish", url=page.url)


def the_library_signs_a_guest_in(stage, peer):
    """Discovery, code with PKCE, ID token checked by its signature, user info, introspection, refresh, logout."""
    client = stage.clients["library"]
    found = peer.does("discover")
    assert found["issuer"] == stage.issuer, found
    visitor = stage.visitor([client.redirect_uri, client.post_logout_redirect_uri])
    address = guest(stage)
    _, tokens = flow(stage, peer, visitor, address)
    claims = tokens["claims"]
    assert claims["tid"] in stage.issuer and claims["oid"] != claims["sub"], claims
    assert claims["acct"] == 1 and "mfa" not in claims.get("amr", []), claims
    person = peer.does("userinfo", token=tokens["access_token"], subject=claims["sub"])
    assert person["email"] == address and person["sub"] == claims["sub"], person
    seen = peer.does("introspect", token=tokens["access_token"])
    assert seen["active"] is True and seen["client_id"] == client.id, seen

    # A code that was used is worth nothing, and takes what it gave with it.
    second = visitor.opens(peer.does("begin")["url"])
    doubled = peer.does("finish", url=second.url)
    peer.fails("finish", "invalid_grant", url=second.url)
    assert peer.ask("introspect", token=doubled["access_token"])["active"] is False

    renewed = peer.does("refresh", token=tokens["refresh_token"])
    assert renewed["refresh_token"] != tokens["refresh_token"] and renewed["claims"]["sub"] == claims["sub"], renewed
    again = peer.does("refresh", token=renewed["refresh_token"])
    peer.does("revoke", token=again["refresh_token"])
    peer.fails("refresh", "invalid_grant", token=again["refresh_token"])


def a_refresh_token_used_twice_ends_the_family(stage, peer):
    """Row J4, past the grace of a lost answer: whoever stole it and whoever owns it are both out."""
    client = stage.clients["library"]
    peer.does("discover")
    visitor = stage.visitor([client.redirect_uri])
    _, tokens = flow(stage, peer, visitor, guest(stage))
    first = peer.does("refresh", token=tokens["refresh_token"])
    second = peer.does("refresh", token=first["refresh_token"])
    peer.fails("refresh", "invalid_grant", token=tokens["refresh_token"])
    peer.fails("refresh", "invalid_grant", token=second["refresh_token"])


def signing_out_at_the_library_ends_the_session(stage, peer):
    """RP-initiated logout comes back with the state; refresh tokens of the session are over."""
    client = stage.clients["library"]
    metadata = peer.does("discover")
    visitor = stage.visitor([client.redirect_uri, client.post_logout_redirect_uri])
    _, tokens = flow(stage, peer, visitor, guest(stage))
    wanted = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": client.post_logout_redirect_uri, "state": "bye"}
    page = visitor.opens(f"{metadata['end_session_endpoint']}?{urllib.parse.urlencode(wanted)}")
    if page.status == 200:
        page = visitor.presses(page, "Sign out")
    assert page.status == 0 and page.url.startswith(client.post_logout_redirect_uri) and "state=bye" in page.url, page.url
    peer.fails("refresh", "invalid_grant", token=tokens["refresh_token"])
    page = visitor.opens(peer.does("begin", parameters={"prompt": "none"})["url"])
    assert "error=login_required" in page.url, page.url


def the_library_gets_a_token_for_itself(stage, peer):
    """Client credentials: a token of the application, which is nobody's session."""
    peer.does("discover")
    token = peer.does("machine", scope=f"{stage.clients['library'].id}/.default")
    seen = peer.does("introspect", token=token["access_token"])
    assert seen["active"] is True and seen.get("idtyp", "app") == "app", seen
    answer = peer.ask("userinfo", token=token["access_token"], subject="nobody")
    assert "error" in answer or "message" in answer, answer


def a_blocked_guest_refreshes_no_more(stage, peer):
    """The same gate stands before every token: who may not get in gets none, at once."""
    client = stage.clients["library"]
    address = guest(stage)
    peer.does("discover")
    _, tokens = flow(stage, peer, stage.visitor([client.redirect_uri]), address)
    stage.vestibule("guest", "block", address, "--tenant", "acme.example")
    peer.fails("refresh", "invalid_grant", token=tokens["refresh_token"])
    assert peer.ask("introspect", token=tokens["access_token"])["active"] is False
    answer = peer.ask("userinfo", token=tokens["access_token"], subject=tokens["claims"]["sub"])
    assert "message" in answer or "error" in answer, answer


STORIES = [
    the_library_signs_a_guest_in,
    a_refresh_token_used_twice_ends_the_family,
    signing_out_at_the_library_ends_the_session,
    the_library_gets_a_token_for_itself,
    a_blocked_guest_refreshes_no_more,
]
