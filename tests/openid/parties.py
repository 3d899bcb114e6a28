"""Stories of other people's relying parties: two libraries, as they are published."""

from registrations import change_library_keys
from stage import HERE

SCOPE = "openid profile email offline_access"


def libraries(stage, client="library"):
    """(name, words that start it). The client `keyed` signs assertions in place of showing a secret (private_key_jwt)."""
    client, keyed = stage.clients[client], client == "keyed"
    facts = [stage.issuer, client.id, client.secret, client.redirect_uri]
    for name, words, key in [
        ("openid-client", [stage.node, stage.folder / "openid_client.mjs"], "ES256.json"),
        ("authlib", [stage.python, HERE / "peers" / "authlib_client.py"], "RS256.json"),
    ]:
        yield name, [*words, *facts, *([stage.folder / key] if keyed else [])]


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
    address = stage.guest("Library")
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
    _, tokens = flow(stage, peer, visitor, stage.guest("Library"))
    first = peer.does("refresh", token=tokens["refresh_token"])
    second = peer.does("refresh", token=first["refresh_token"])
    peer.fails("refresh", "invalid_grant", token=tokens["refresh_token"])
    peer.fails("refresh", "invalid_grant", token=second["refresh_token"])


def signing_out_at_the_library_ends_the_session(stage, peer):
    """RP-initiated logout comes back with the state; refresh tokens of the session are over."""
    client = stage.clients["library"]
    peer.does("discover")
    visitor = stage.visitor([client.redirect_uri, client.post_logout_redirect_uri])
    _, tokens = flow(stage, peer, visitor, stage.guest("Library"))
    wanted = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": client.post_logout_redirect_uri, "state": "bye"}
    page = visitor.opens(peer.does("leave", parameters=wanted)["url"])
    if page.status == 200:
        page = visitor.presses(page, "Sign out")
    assert page.status == 0 and page.url.startswith(client.post_logout_redirect_uri) and "state=bye" in page.url, page.url
    peer.fails("refresh", "invalid_grant", token=tokens["refresh_token"])
    page = visitor.opens(peer.does("begin", parameters={"prompt": "none"})["url"])
    assert "error=login_required" in page.url, page.url


def the_library_hears_that_a_session_ended(stage, peer):
    """Back-channel logout: signed, for this client alone, about this person and this session."""
    peer.does("discover")
    peer.does("listen", port=stage.library_port, certificate=str(stage.folder / "peers.pem"), key=str(stage.folder / "peers.key"))
    visitor = stage.visitor([stage.clients["library"].redirect_uri])
    _, tokens = flow(stage, peer, visitor, stage.guest("Library"))
    stage.leaves(visitor)
    told = peer.does("told", session=tokens["claims"]["sid"])["claims"]
    for name in ("iss", "aud", "sub", "sid"):
        assert told[name] == tokens["claims"][name], f"{name}: {told} {tokens['claims']}"
    assert told["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}} and "nonce" not in told, told
    peer.fails("refresh", "invalid_grant", token=tokens["refresh_token"])


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
    address = stage.guest("Library")
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
    the_library_hears_that_a_session_ended,
]


def the_library_proves_itself_by_a_key(stage, peer):
    """private_key_jwt, with keys that we fetch where the client publishes them: code, refresh, introspection, credentials."""
    client = stage.clients["keyed"]
    peer.does("discover")
    visitor = stage.visitor([client.redirect_uri])
    _, tokens = flow(stage, peer, visitor, stage.guest("Keyed"))
    renewed = peer.does("refresh", token=tokens["refresh_token"])
    assert renewed["claims"]["sub"] == tokens["claims"]["sub"], renewed
    seen = peer.does("introspect", token=renewed["access_token"])
    assert seen["active"] is True and seen["client_id"] == client.id, seen
    assert peer.does("machine", scope=f"{client.id}/.default")["access_token"]


def keys_that_clients_change_count_at_once(stage):
    """What the client publishes from now on is believed at its first use, and what it withdrew is not. Once for all: an
    unknown key makes us fetch at most once a minute."""
    scope = f"{stage.clients['keyed'].id}/.default"

    def peers():
        made = [stage.peer(words) for _, words in libraries(stage, "keyed")]
        for peer in made:
            peer.does("discover")
            assert peer.does("machine", scope=scope)["access_token"]
        return made

    before = peers()
    change_library_keys(stage)
    after = peers()
    for peer in before:
        peer.fails("machine", "invalid_client", scope=scope)
    for peer in before + after:
        peer.close()


KEYED_STORIES = [the_library_proves_itself_by_a_key]
