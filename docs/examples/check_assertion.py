import jwt  # pip install "pyjwt[crypto]"

APP = "c0a70500-0000-4000-8000-0000000000b1"
ISSUER = "https://vestibule.localhost:8443/c0a70500-0000-4000-8000-000000000001/v2.0"
KEYS = jwt.PyJWKClient("https://wiki.contoso.localhost:8443/.vestibule/jwks.json", lifespan=300)


def guest(headers):
    """The claims of the assertion; raises jwt.PyJWTError unless every check holds."""
    token = headers["Vestibule-Assertion"]
    if jwt.get_unverified_header(token).get("typ") != "vestibule-assertion+jwt":
        raise jwt.InvalidTokenError("another kind of token")
    key = KEYS.get_signing_key_from_jwt(token)
    needed = {"require": ["exp", "iat", "sub"]}
    return jwt.decode(token, key, algorithms=["ES256"], audience=APP, issuer=ISSUER, options=needed)


if __name__ == "__main__":
    import sys

    print(guest({"Vestibule-Assertion": sys.stdin.read().strip()}))
