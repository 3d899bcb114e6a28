"""The certification plans for OpenID providers, module by module, under the official names: Basic, Form Post, Config,
RP-initiated logout, back-channel logout. Each does what the suite's module does, and looks at what it looks at.
"""

import json
import time

from joserfc import jwt
from joserfc.jwk import KeySet
from protocol import SCOPE_CLAIMS, Answer, pkce, unsigned
from stage import MEMBER

BASIC, CONFIG, LOGOUT, BACK_CHANNEL = {}, {}, {}, {}


def module(plan, name):
    def registers(deed):
        plan[name] = deed
        return deed
    return registers


def basic(name):
    return module(BASIC, name)


class Warned(Exception):
    """What the suite would mark WARNING: allowed, and to be justified."""


# Basic


@basic("oidcc-server")
def server(op):
    tokens = op.tokens()
    status, claims = op.userinfo(tokens["access_token"])
    assert status == 200 and claims["sub"] == tokens["claims"]["sub"], claims


@basic("oidcc-response-type-missing")
def response_type_missing(op):
    page = op.opens(op.request(response_type=None))
    said = page.url + page.body
    assert "unsupported_response_type" in said or "invalid_request" in said, said[:400]


@basic("oidcc-idtoken-signature")
def idtoken_signature(op):
    tokens = op.tokens()
    assert tokens["header"]["alg"] == "RS256" and tokens["header"]["kid"], tokens["header"]


@basic("oidcc-idtoken-unsigned")
def idtoken_unsigned(op):
    # Not offered, so that the suite leaves it out.
    assert "none" not in op.metadata["id_token_signing_alg_values_supported"]


@basic("oidcc-userinfo-get")
def userinfo_get(op):
    tokens = op.tokens()
    status, claims = op.userinfo(tokens["access_token"])
    assert status == 200 and claims["sub"] == tokens["claims"]["sub"], claims


@basic("oidcc-userinfo-post-header")
def userinfo_post_header(op):
    status, claims = op.userinfo(op.tokens()["access_token"], "POST")
    assert status == 200 and claims["sub"], claims


@basic("oidcc-userinfo-post-body")
def userinfo_post_body(op):
    status, claims = op.userinfo(op.tokens()["access_token"], "POST", in_body=True)
    assert status == 200 and claims["sub"], claims


@basic("oidcc-ensure-request-without-nonce-succeeds-for-code-flow")
def without_nonce(op):
    assert "nonce" not in op.tokens(op.request(nonce=None))["claims"]


def scope(op, *scopes):
    tokens = op.tokens(op.request(scope=" ".join(["openid", *scopes])))
    status, claims = op.userinfo(tokens["access_token"])
    assert status == 200, claims
    wanted = set().union(*(SCOPE_CLAIMS.get(each, set()) for each in scopes))
    of_other_scopes = set().union(*SCOPE_CLAIMS.values()) - wanted
    assert wanted <= set(claims), f"{wanted - set(claims)} is missing"
    assert not of_other_scopes & set(claims), f"{of_other_scopes & set(claims)} was not asked for"
    if "email" in tokens["claims"]:
        raise Warned("the ID token has email although there is an access token (Core, section 5.4); Entra's apps read it there")


@basic("oidcc-scope-profile")
def scope_profile(op):
    scope(op, "profile")


@basic("oidcc-scope-email")
def scope_email(op):
    scope(op, "email")


@basic("oidcc-scope-address")
def scope_address(op):
    scope(op, "address")


@basic("oidcc-scope-phone")
def scope_phone(op):
    scope(op, "phone")


@basic("oidcc-scope-all")
def scope_all(op):
    scope(op, "profile", "email", "address", "phone")


@basic("oidcc-alternate-happy-flow")
def alternate_happy_flow(op):
    parameters = op.request(scope="email openid")
    tokens = op.tokens(dict(reversed(parameters.items())))
    assert op.userinfo(tokens["access_token"])[1]["email"]


@basic("oidcc-display-page")
def display_page(op):
    op.tokens(op.request(display="page"))


@basic("oidcc-display-popup")
def display_popup(op):
    op.tokens(op.request(display="popup"))


@basic("oidcc-prompt-login")
def prompt_login(op):
    first = op.tokens()["claims"]
    time.sleep(1.1)
    parameters = op.request(prompt="login")
    page = op.opens(parameters)
    assert page.status == 200, "a live session was taken although prompt=login asks for a new sign-in"
    op.stage.signs_in(op.visitor, page)
    second = op.tokens(op.request(max_age="3600"))["claims"]
    assert second["sub"] == first["sub"] and second["auth_time"] > first.get("auth_time", 0), (first, second)


@basic("oidcc-prompt-none-not-logged-in")
def prompt_none_not_logged_in(op):
    op = op.elsewhere()
    answer = op.answers(op.request(prompt="none"), signs_in=False)
    assert answer.error in ("login_required", "interaction_required") and not answer.code, answer.said


@basic("oidcc-prompt-none-logged-in")
def prompt_none_logged_in(op):
    first = op.tokens()["claims"]
    parameters = op.request(prompt="none")
    answer = op.answers(parameters, signs_in=False)
    status, tokens = op.redeem(answer.code)
    assert status == 200, tokens
    second = op.checked(tokens, parameters["nonce"])["claims"]
    assert second["sub"] == first["sub"] and second.get("auth_time") == first.get("auth_time"), (first, second)


@basic("oidcc-max-age-1")
def max_age_1(op):
    first = op.tokens(op.request(max_age="15000"))["claims"]
    time.sleep(2.1)
    parameters = op.request(max_age="1")
    page = op.opens(parameters)
    assert page.status == 200, "a sign-in older than max_age was taken"
    answer = Answer(op.stage.signs_in(op.visitor, page))
    second = op.checked(op.redeem(answer.code)[1], parameters["nonce"])["claims"]
    assert second["auth_time"] > first["auth_time"] and time.time() - second["auth_time"] < 30, (first, second)


@basic("oidcc-max-age-10000")
def max_age_10000(op):
    first = op.tokens(op.request(max_age="15000"))["claims"]
    time.sleep(1.1)
    parameters = op.request(max_age="10000")
    answer = op.answers(parameters, signs_in=False)
    second = op.checked(op.redeem(answer.code)[1], parameters["nonce"])["claims"]
    assert second["auth_time"] == first["auth_time"], (first, second)


@basic("oidcc-ensure-request-with-unknown-parameter-succeeds")
def unknown_parameter(op):
    op.tokens(op.request(extra="foobar"))


@basic("oidcc-id-token-hint")
def id_token_hint(op):
    first = op.tokens()
    parameters = op.request(prompt="none", id_token_hint=first["id_token"])
    answer = op.answers(parameters, signs_in=False)
    second = op.checked(op.redeem(answer.code)[1], parameters["nonce"])
    assert second["claims"]["sub"] == first["claims"]["sub"]


@basic("oidcc-login-hint")
def login_hint(op):
    op.elsewhere().tokens(op.request(login_hint=MEMBER))


@basic("oidcc-ui-locales")
def ui_locales(op):
    op.tokens(op.request(ui_locales="se"))


@basic("oidcc-claims-locales")
def claims_locales(op):
    op.tokens(op.request(claims_locales="se"))


@basic("oidcc-ensure-request-with-acr-values-succeeds")
def acr_values(op):
    claims = op.tokens(op.request(acr_values="1 2"))["claims"]
    assert claims.get("acr"), "acr_values ask for an acr, which should be there"


@basic("oidcc-codereuse")
def codereuse(op):
    code = op.code(op.request(scope="openid offline_access"))
    status, tokens = op.redeem(code)
    assert status == 200, tokens
    status, refused = op.redeem(code)
    assert status == 400 and refused["error"] == "invalid_grant", refused
    assert op.userinfo(tokens["access_token"])[0] == 401, "what the code gave must end with its second use (RFC 6749, section 4.1.2)"
    if "refresh_token" in tokens:
        assert op.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])[0] == 400


@basic("oidcc-codereuse-30seconds")
def codereuse_30seconds(op):
    code = op.code(op.request())
    status, tokens = op.redeem(code)
    assert status == 200, tokens
    time.sleep(31)
    status, refused = op.redeem(code)
    assert status == 400 and refused["error"] == "invalid_grant", refused
    assert op.userinfo(tokens["access_token"])[0] == 401


@basic("oidcc-ensure-registered-redirect-uri")
def registered_redirect_uri(op):
    page = op.opens(op.request(redirect_uri=op.client.redirect_uri + "-unregistered"))
    assert page.status == 400 and "redirect" in page.text().lower(), page.text()[:400]


@basic("oidcc-ensure-post-request-succeeds")
def post_request(op):
    parameters = op.request()
    status, tokens = op.redeem(op.code(parameters, "POST"))
    assert status == 200, tokens
    op.checked(tokens, parameters["nonce"])


@basic("oidcc-server-client-secret-post")
def client_secret_post(op):
    op.elsewhere(auth="post", visitor=op.visitor).tokens()


def request_object_refused(op, error, **parameters):
    assert not op.metadata.get(f"{error.removesuffix('_not_supported')}_parameter_supported", False)
    answer = op.answers(op.request(**parameters), signs_in=False)
    assert answer.error == error, answer.said


@basic("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported")
def request_uri(op):
    # The default of this member is true, so it must be said (Discovery, section 3).
    assert op.metadata["request_uri_parameter_supported"] is False
    request_object_refused(op, "request_uri_not_supported", request_uri="https://rp.example/request.jwt")


@basic("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported")
def request_object(op):
    request_object_refused(op, "request_not_supported", request=unsigned({"state": "in the object"}))


@basic("oidcc-claims-essential")
def claims_essential(op):
    tokens = op.tokens(op.request(claims=json.dumps({"userinfo": {"name": {"essential": True}}})))
    status, claims = op.userinfo(tokens["access_token"])
    assert status == 200 and claims.get("name"), claims


@basic("oidcc-ensure-request-object-with-redirect-uri")
def request_object_redirect_uri(op):
    inner = unsigned({"redirect_uri": op.client.redirect_uri, "client_id": op.client.id})
    page = op.opens(op.request(redirect_uri=None, request=inner))
    assert page.status in (0, 400), page.status
    if page.status == 0:
        assert "request_not_supported" in page.url + page.body, page.url


@basic("oidcc-refresh-token")
def refresh_token(op):
    first = op.tokens(op.request(scope="openid offline_access", prompt="consent"))
    status, tokens = op.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert status == 200, tokens
    if "id_token" in tokens:
        _, claims = op.id_token(tokens["id_token"], first["claims"].get("nonce"), renewed=True)
        for name in ("iss", "sub", "aud", "auth_time"):
            assert claims.get(name) == first["claims"].get(name), (name, claims, first["claims"])
    other = op.elsewhere(client=op.stage.second_client)
    refresh = tokens.get("refresh_token", first["refresh_token"])
    status, refused = other.token(grant_type="refresh_token", refresh_token=refresh)
    assert status == 400 and refused["error"] == "invalid_grant", refused


@basic("oidcc-ensure-request-with-valid-pkce-succeeds")
def valid_pkce(op):
    verifier, challenge = pkce()
    parameters = op.request(code_challenge=challenge, code_challenge_method="S256")
    code = op.code(parameters)
    status, refused = op.redeem(code)
    assert status == 400 and refused["error"] == "invalid_grant", refused
    op.tokens(op.request(code_challenge=challenge, code_challenge_method="S256"), code_verifier=verifier)


# Config


@module(CONFIG, "oidcc-discovery-endpoint-verification")
def discovery(op):
    found = op.metadata
    assert found["issuer"] == op.stage.issuer
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert found[name].startswith("https://"), name
    assert "code" in found["response_types_supported"] and "RS256" in found["id_token_signing_alg_values_supported"]
    assert "openid" in found["scopes_supported"] and "sub" in found["claims_supported"]
    assert set(found["subject_types_supported"]) <= {"pairwise", "public"} and found["subject_types_supported"]
    assert found["claims_parameter_supported"] is True
    keys = op.keys()["keys"]
    assert len({key["kid"] for key in keys}) == len(keys) and {key["kty"] for key in keys} >= {"RSA", "EC"}
    for key in keys:
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key), "a private key is published"


# RP-initiated logout


def logout(name):
    return module(LOGOUT, f"oidcc-rp-initiated-logout{name}")


def is_out(op):
    return op.answers(op.request(prompt="none"), signs_in=False).error in ("login_required", "interaction_required")


def came_back(op, page, state):
    assert page.status == 0 and page.url.startswith(op.client.post_logout_redirect_uri), f"{page.url}: {page.text()[:300]}"
    assert (f"state={state}" in page.url) == (state is not None), page.url
    assert is_out(op)


def stayed(op, page, is_over):
    """The browser was not sent to the client."""
    assert page.status in (200, 400), f"{page.status} {page.url}"
    assert is_out(op) == is_over, f"signed out should be {is_over}: {page.text()[:300]}"


@module(LOGOUT, "oidcc-rp-initiated-logout-discovery-endpoint-verification")
def logout_discovery(op):
    assert op.metadata["end_session_endpoint"].startswith("https://")


@logout("")
def logout_normal(op):
    hint = op.tokens()["id_token"]
    came_back(op, op.leave(id_token_hint=hint, post_logout_redirect_uri=op.client.post_logout_redirect_uri, state="s1"), "s1")


@logout("-bad-post-logout-redirect-uri")
def logout_bad_uri(op):
    hint = op.tokens()["id_token"]
    page = op.leave(id_token_hint=hint, post_logout_redirect_uri=op.client.post_logout_redirect_uri.replace("https://", "https://evil."), state="s1")
    assert page.status in (200, 400) and "evil" not in page.url, page.url


@logout("-modified-id-token-hint")
def logout_modified_hint(op):
    hint = op.tokens()["id_token"]
    head, body, signature = hint.split(".")
    page = op.leave(id_token_hint=f"{head}.{body}.{signature[:-6]}AAAAAA", post_logout_redirect_uri=op.client.post_logout_redirect_uri, state="s1")
    assert page.status in (200, 400), "a hint whose signature is wrong sent the browser on"


@logout("-no-id-token-hint")
def logout_no_hint(op):
    op.tokens()
    page = op.leave(post_logout_redirect_uri=op.client.post_logout_redirect_uri, state="s1")
    assert page.status in (200, 400), "without a hint nothing says whose address it is"


@logout("-no-params")
def logout_no_params(op):
    op.tokens()
    stayed(op, op.leave(), True)


@logout("-no-post-logout-redirect-uri")
def logout_no_uri(op):
    stayed(op, op.leave(id_token_hint=op.tokens()["id_token"], state="s1"), True)


@logout("-no-state")
def logout_no_state(op):
    hint = op.tokens()["id_token"]
    came_back(op, op.leave(id_token_hint=hint, post_logout_redirect_uri=op.client.post_logout_redirect_uri), None)


@logout("-only-state")
def logout_only_state(op):
    op.tokens()
    stayed(op, op.leave(state="s1"), True)


@logout("-query-added-to-post-logout-redirect-uri")
def logout_query_added(op):
    hint = op.tokens()["id_token"]
    page = op.leave(id_token_hint=hint, post_logout_redirect_uri=op.client.post_logout_redirect_uri + "?extra=1", state="s1")
    assert page.status in (200, 400), page.url


@logout("-bad-id-token-hint")
def logout_bad_hint(op):
    op.tokens()
    page = op.leave(id_token_hint="bad", post_logout_redirect_uri=op.client.post_logout_redirect_uri, state="s1")
    assert page.status in (200, 400), page.url


# Back-channel logout


@module(BACK_CHANNEL, "oidcc-backchannel-logout-discovery-endpoint-verification")
def back_channel_discovery(op):
    found = op.metadata
    assert found["backchannel_logout_supported"] is True and found["backchannel_logout_session_supported"] is True, found
    assert found["end_session_endpoint"].startswith("https://")


@module(BACK_CHANNEL, "oidcc-backchannel-rp-initiated-logout")
def back_channel(op):
    tokens = op.tokens()
    op.stage.ear.forgets()
    page = op.leave(id_token_hint=tokens["id_token"], post_logout_redirect_uri=op.client.post_logout_redirect_uri, state="s1")
    path, headers, form = op.stage.ear.hears()
    assert path == "/backchannel_logout" and [name for name, _ in form] == ["logout_token"], (path, form)
    assert headers["content-type"] == "application/x-www-form-urlencoded" and "cookie" not in headers, headers
    read = jwt.decode(form[0][1], KeySet.import_key_set(op.keys()), algorithms=[tokens["header"]["alg"]])
    claims, now = read.claims, time.time()
    assert read.header["typ"] == "logout+jwt", read.header
    assert claims["iss"] == op.stage.issuer and claims["aud"] in (op.client.id, [op.client.id]), claims
    assert now - 30 < claims["iat"] < now + 30 and now < claims["exp"] <= claims["iat"] + 120, claims
    assert claims["sub"] == tokens["claims"]["sub"] and claims["sid"] == tokens["claims"]["sid"], (claims, tokens["claims"])
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}, claims
    assert claims["jti"] and "nonce" not in claims, claims
    came_back(op, page, "s1")
