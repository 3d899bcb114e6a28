"""PyPI's authlib as a relying party, driven line by line: each line in is {do, …} as JSON, each line out the answer.

authlib_client.py ISSUER CLIENT_ID SECRET REDIRECT_URI [KEY]: with the file of a private JWK, it stands in place of the secret.
"""

import http.server
import json
import queue
import secrets
import ssl
import sys
import threading
import urllib.parse
from pathlib import Path

from authlib.common.security import generate_token
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

issuer, client_id, secret, redirect_uri = sys.argv[1:5]
key = RSAKey.import_key(json.loads(Path(sys.argv[5]).read_text())) if len(sys.argv) > 5 else None
found, begun, logouts = {}, {}, queue.Queue()


def client(**given):
    if key is None:
        return OAuth2Session(client_id, secret, **given)
    made = OAuth2Session(client_id, key, token_endpoint_auth_method="private_key_jwt", **given)
    # It names the token endpoint as audience, wherever it proves itself.
    made.register_client_auth_method(PrivateKeyJWT(found.get("token_endpoint")))
    return made


session = client(scope="openid profile email offline_access", redirect_uri=redirect_uri, code_challenge_method="S256")


class Leaving(OpenIDMixin):
    """The part of authlib that knows how to sign out."""

    def load_server_metadata(self):
        return found


class Told(http.server.BaseHTTPRequestHandler):
    """Where logout tokens arrive."""

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        logouts.put(form["logout_token"][0])
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def judged(token):
    """What the library makes of an ID token: signature by the published keys, then the claims of OpenID Connect."""
    keys = KeySet.import_key_set(session.request("GET", found["jwks_uri"], withhold_token=True).json())
    read = jwt.decode(token["id_token"], keys, algorithms=found["id_token_signing_alg_values_supported"])
    claims = CodeIDToken(
        read.claims, read.header, {"iss": {"values": [issuer]}, "aud": {"values": [client_id]}},
        {"nonce": begun.get("nonce"), "client_id": client_id, "access_token": token["access_token"]},
    )
    claims.validate(leeway=5)
    return {**token, "claims": dict(read.claims)}


def discover():
    global session
    found.update(session.request("GET", f"{issuer}/.well-known/openid-configuration", withhold_token=True).json())
    if key is not None:
        session = client(scope=session.scope, redirect_uri=redirect_uri, code_challenge_method="S256")
    return found


def begin(parameters=None):
    begun.update(verifier=generate_token(48), nonce=secrets.token_urlsafe(16))
    url, begun["state"] = session.create_authorization_url(
        found["authorization_endpoint"], code_verifier=begun["verifier"], nonce=begun["nonce"], **(parameters or {})
    )
    return {"url": url}


def finish(url):
    return judged(session.fetch_token(
        found["token_endpoint"], authorization_response=url, code_verifier=begun["verifier"], state=begun["state"]
    ))


def refresh(token):
    begun["nonce"] = None
    return judged(session.refresh_token(found["token_endpoint"], refresh_token=token))


def userinfo(token, subject):
    session.token = {"access_token": token, "token_type": "Bearer"}
    answer = session.get(found["userinfo_endpoint"]).json()
    assert answer.get("error") or answer["sub"] == subject, answer
    return answer


def introspect(token):
    return session.introspect_token(found["introspection_endpoint"], token).json()


def revoke(token):
    return {"status": session.revoke_token(found["revocation_endpoint"], token).status_code}


def machine(scope):
    return dict(client(scope=scope).fetch_token(found["token_endpoint"], grant_type="client_credentials"))


def leave(parameters):
    return Leaving().create_logout_url(**parameters)


def listen(port, certificate, key):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Told)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return {}


def told(session):
    """The logout token about this session, checked; what is told of other sessions is none of this story."""
    keys = KeySet.import_key_set(globals()["session"].request("GET", found["jwks_uri"], withhold_token=True).json())
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer}, aud={"essential": True, "value": client_id}, iat={"essential": True}, exp={"essential": True},
        jti={"essential": True}, events={"essential": True},
    )
    while True:
        read = jwt.decode(logouts.get(timeout=15), keys, algorithms=["RS256"])
        assert read.header["typ"] == "logout+jwt", read.header
        rules.validate(read.claims)
        if read.claims["sid"] == session:
            return {"claims": read.claims}


deeds = [discover, begin, finish, refresh, userinfo, introspect, revoke, machine, leave, listen, told]
by_name = {deed.__name__: deed for deed in deeds}
for line in sys.stdin:
    wanted = json.loads(line)
    try:
        answer = by_name[wanted.pop("do")](**wanted)
    except Exception as fault:  # whatever the library finds wrong is the answer
        answer = {"error": getattr(fault, "error", None) or type(fault).__name__, "message": str(fault)}
    print(json.dumps(answer), flush=True)
