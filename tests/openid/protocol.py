"""OpenID Connect by hand: requests as the certification suite makes them, and what it looks at in the answers."""

import base64
import hashlib
import json
import secrets
import time
import urllib.parse

from joserfc import jwt
from joserfc.jwk import KeySet

# Claims that the standard scopes stand for (OpenID Connect Core, section 5.4), as far as we know them of a person.
SCOPE_CLAIMS = {"profile": {"name", "preferred_username"}, "email": {"email", "email_verified"}}


class Client:
    """A registration: what a relying party knows of itself."""

    def __init__(self, app, secret, redirect_uri, post_logout_redirect_uri=None):
        self.id, self.secret, self.redirect_uri = app, secret, redirect_uri
        self.post_logout_redirect_uri = post_logout_redirect_uri


class Answer:
    """What came to the redirect URI, and by which way."""

    def __init__(self, page):
        parts = urllib.parse.urlsplit(page.url)
        self.by_post = bool(page.body)
        said = urllib.parse.parse_qsl(page.body if self.by_post else parts.query, keep_blank_values=True)
        self.said, self.fragment = dict(said), parts.fragment
        assert len(self.said) == len(said), f"a parameter is there twice: {said}"

    def __getattr__(self, name):
        return self.said.get(name)


class Provider:
    """The provider under test, as one browser and one client meet it."""

    def __init__(self, stage, client, response_mode=None, auth="basic", visitor=None):
        self.stage, self.client, self.mode, self.auth = stage, client, response_mode, auth
        self.visitor = visitor or stage.visitor()
        self.metadata = json.loads(self.visitor.asks("GET", f"{stage.issuer}/.well-known/openid-configuration").body)

    def elsewhere(self, **changes):
        """The same client in a browser where nobody signed in, or another client in this one."""
        given = {"client": self.client, "response_mode": self.mode, "auth": self.auth, **changes}
        return Provider(self.stage, **given)

    def request(self, **changes):
        """The parameters of an authorization request. None leaves one out."""
        wanted = {
            "client_id": self.client.id, "redirect_uri": self.client.redirect_uri, "response_type": "code", "scope": "openid",
            "state": secrets.token_urlsafe(12), "nonce": secrets.token_urlsafe(12), "response_mode": self.mode, **changes,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    def opens(self, parameters, method="GET"):
        """The page that the browser sees; status 0 if it was sent to the client."""
        self.visitor.stops_at = (self.client.redirect_uri,)
        endpoint, query = self.metadata["authorization_endpoint"], urllib.parse.urlencode(parameters)
        page = self.visitor.opens(f"{endpoint}?{query}") if method == "GET" else self.visitor._goes("POST", endpoint, query)
        # Without JavaScript the form of response_mode=form_post is sent by its button.
        while page.leads_to(self.visitor.stops_at):
            page = self.visitor.presses(page, "Continue")
        return page

    def answers(self, parameters, method="GET", signs_in=True):
        """The answer at the redirect URI, after whatever pages came before."""
        page = self.opens(parameters, method)
        if page.status != 0 and signs_in:
            page = self.stage.signs_in(self.visitor, page)
        assert page.status == 0, f"no answer came; the browser shows {page.url} ({page.status}): {page.text()[:600]}"
        answer = Answer(page)
        assert answer.by_post == (self.mode == "form_post"), f"response_mode {self.mode}, but: {page.url}"
        assert not answer.fragment, page.url
        if "state" in parameters:
            assert answer.state == parameters["state"], answer.said
        # RFC 9207
        assert answer.iss == self.stage.issuer, answer.said
        return answer

    def code(self, parameters, method="GET"):
        answer = self.answers(parameters, method)
        assert answer.code and not answer.error, answer.said
        return answer.code

    def token(self, **fields):
        """Status and body of the token endpoint."""
        headers = {"Accept": "application/json"}
        if self.auth == "basic":
            pair = f"{urllib.parse.quote_plus(self.client.id)}:{urllib.parse.quote_plus(self.client.secret)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            fields |= {"client_id": self.client.id, "client_secret": self.client.secret}
        page = self.visitor.asks("POST", self.metadata["token_endpoint"], urllib.parse.urlencode(fields), headers)
        assert "no-store" in page.headers["cache-control"] and page.headers["content-type"].startswith("application/json"), page.headers
        return page.status, json.loads(page.body)

    def redeem(self, code, **fields):
        return self.token(grant_type="authorization_code", code=code, redirect_uri=self.client.redirect_uri, **fields)

    def tokens(self, parameters=None, **fields):
        """A whole code flow: the token response with the checked claims of its ID token beside it."""
        parameters = parameters or self.request()
        status, tokens = self.redeem(self.code(parameters), **fields)
        assert status == 200, tokens
        return self.checked(tokens, parameters.get("nonce"))

    def checked(self, tokens, nonce=None):
        assert tokens["token_type"].lower() == "bearer" and tokens["access_token"] and tokens["expires_in"] > 0, tokens
        tokens["header"], tokens["claims"] = self.id_token(tokens["id_token"], nonce)
        return tokens

    def keys(self):
        return json.loads(self.visitor.asks("GET", self.metadata["jwks_uri"]).body)

    def id_token(self, token, nonce=None, renewed=False):
        """Header and claims of an ID token after the checks of Core, section 3.1.3.7."""
        read = jwt.decode(token, KeySet.import_key_set(self.keys()), algorithms=["RS256", "ES256"])
        claims, now = read.claims, time.time()
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        assert claims["iss"] == self.stage.issuer and self.client.id in audience and claims.get("azp", self.client.id) == self.client.id, claims
        assert now - 30 < claims["iat"] < now + 30 and now < claims["exp"] < now + 86400, claims
        assert 0 < len(claims["sub"]) <= 255 and claims["sub"].isascii(), claims
        # A renewed ID token should have none, and if it has one, the first one's (section 12.2).
        assert claims.get("nonce") == nonce or (renewed and "nonce" not in claims), claims
        return read.header, claims

    def userinfo(self, token, method="GET", in_body=False):
        """Status and claims; `in_body` is RFC 6750, section 2.2."""
        body = urllib.parse.urlencode({"access_token": token}) if in_body else ("" if method == "POST" else None)
        headers = {"Accept": "application/json", **({} if in_body else {"Authorization": f"Bearer {token}"})}
        page = self.visitor.asks(method, self.metadata["userinfo_endpoint"], body, headers)
        return page.status, json.loads(page.body) if page.body.startswith("{") else page.body

    def leave(self, **parameters):
        """The page after a request to the end-session endpoint; presses what asks."""
        self.visitor.stops_at = (self.client.post_logout_redirect_uri,)
        page = self.visitor.opens(f"{self.metadata['end_session_endpoint']}?{urllib.parse.urlencode(parameters)}")
        return self.visitor.presses(page, "Sign out") if page.status == 200 and page.has("Sign out") else page


def pkce():
    """A verifier and its S256 challenge (RFC 7636, section 4)."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def unsigned(claims):
    """A request object or token with `alg: none`."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in ({"alg": "none"}, claims)]
    return ".".join([*parts, ""])
