"""PyPI's authlib as a relying party, driven line by line: each line in is {do, …} as JSON, each line out the answer.

authlib_client.py ISSUER CLIENT_ID SECRET REDIRECT_URI
"""

import json
import secrets
import sys

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

issuer, client_id, secret, redirect_uri = sys.argv[1:5]
session = OAuth2Session(
    client_id, secret, scope="openid profile email offline_access", redirect_uri=redirect_uri, code_challenge_method="S256"
)
found, begun = {}, {}


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
    found.update(session.request("GET", f"{issuer}/.well-known/openid-configuration", withhold_token=True).json())
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
    return dict(OAuth2Session(client_id, secret, scope=scope).fetch_token(found["token_endpoint"]))


deeds = [discover, begin, finish, refresh, userinfo, introspect, revoke, machine]
by_name = {deed.__name__: deed for deed in deeds}
for line in sys.stdin:
    wanted = json.loads(line)
    try:
        answer = by_name[wanted.pop("do")](**wanted)
    except Exception as fault:  # whatever the library finds wrong is the answer
        answer = {"error": getattr(fault, "error", None) or type(fault).__name__, "message": str(fault)}
    print(json.dumps(answer), flush=True)
