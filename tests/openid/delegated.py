"""Programs of Microsoft's that act for somebody: msal by code and by device code, instance discovery off, then the admin API."""

from graph import passes
from stage import ACME, ADMIN, HERE, MEMBER

SCOPES = ["User.Read", "User.Read.All", "User.Invite.All"]


def scopes(stage):
    return [f"{stage.broker}/{name}" for name in SCOPES]


def msal(stage, client):
    """The words that start it; the client `device` has no secret."""
    known = stage.clients[client]
    words = [stage.python, HERE / "peers" / "msal_client.py", stage.broker, f"{stage.broker}/{ACME}", known.id, known.redirect_uri, stage.authority]
    return [*words, known.secret] if client == "program" else words


def by_code(stage, peer, visitor, address):
    """Tokens for somebody, as msal's code flow gets them."""
    visitor.stops_at = (stage.clients["program"].redirect_uri,)
    page = visitor.opens(peer.does("begin", scopes=scopes(stage))["url"])
    if page.status != 0:
        page = stage.signs_in(visitor, page, address)
    return peer.does("finish", url=page.url)["access_token"]


def opens(peer, token, path, status, body=None):
    answer = peer.does("call", token=token, path=path, **({} if body is None else {"body": body}))
    assert answer["status"] == status, f"{path}: {answer}"
    return answer["body"]


def invitation(stage, address):
    return {"invitedUserEmailAddress": address, "inviteRedirectUrl": f"{stage.broker}/{ACME}/myapps"}


def msal_acts_for_an_administrator(stage, peer):
    """An administrator shows a second factor on the way. The token opens /me and what is for administrators; so does the next."""
    token = by_code(stage, peer, stage.desk, ADMIN)
    assert stage.factors.get(ADMIN), "no second factor was asked for"
    me = opens(peer, token, "/v1.0/me", 200)
    assert me["userPrincipalName"] == ADMIN, me
    made = opens(peer, token, "/v1.0/invitations", 201, invitation(stage, "delegated@fabrikam.example"))
    opens(peer, token, f"/v1.0/users/{made['invitedUser']['id']}", 200)
    renewed = peer.does("renew", scopes=scopes(stage))["access_token"]
    assert renewed != token
    assert opens(peer, renewed, "/v1.0/me", 200)["id"] == me["id"]
    # Rights that the program did not ask for are not there, though the administrator has them.
    opens(peer, renewed, "/v1.0/auditLogs/directoryAudits", 403)


def msal_acts_for_a_member(stage, peer):
    """The same program can no more than its user: a member reads its own profile and nobody's else."""
    token = by_code(stage, peer, stage.visitor(), MEMBER)
    assert opens(peer, token, "/v1.0/me", 200)["userPrincipalName"] == MEMBER
    opens(peer, token, "/v1.0/users", 403)


def msal_acts_on_a_device(stage, peer):
    """Device code: the administrator types the code in a browser, agrees, and the program has its token."""
    shown = peer.does("device", scopes=scopes(stage))
    stage.desk.stops_at = ()
    page = stage.desk.opens(shown["verification_uri"])
    page = stage.desk.presses(page, "Continue", code=shown["user_code"])
    while "/device/done" not in page.url:
        page = stage.answers(stage.desk, page, ADMIN)
    assert "granted=yes" in page.url, f"{page.url}: {page.text()[:600]}"
    token = peer.does("wait")["access_token"]
    assert opens(peer, token, "/v1.0/me", 200)["userPrincipalName"] == ADMIN
    opens(peer, token, "/v1.0/users?$top=1", 200)


def the_graph_client_acts_for_somebody(stage, peer):
    """@microsoft/microsoft-graph-client with the tokens of an administrator and of a member."""
    tokens = [by_code(stage, peer, visitor, address) for visitor, address in [(stage.desk, ADMIN), (stage.visitor(), MEMBER)]]
    passes(stage, [stage.node, stage.folder / "graph_delegated.mjs", stage.broker, f"{stage.broker}/{ACME}/myapps", *tokens])


STORIES = [
    (msal_acts_for_an_administrator, "program"),
    (msal_acts_for_a_member, "program"),
    (the_graph_client_acts_for_somebody, "program"),
    (msal_acts_on_a_device, "device"),
]
