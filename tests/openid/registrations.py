"""The stage's configuration: two tenants, and the relying parties as an operator registers them."""

import json

from joserfc.jwk import ECKey, KeySet, RSAKey

from apache import HOST as APACHE_HOST
from apache import Apache
from ear import HOST as EAR_HOST
from ear import Ear
from protocol import Client
from stage import ACME, LIBRARY_HOST, OTHER

SECRET = "a secret that only the two of us know & 100%"
# What the OpenID Foundation's suite calls itself, so that the original can be pointed at the same registrations.
SUITE = "https://localhost.emobix.co.uk:8443/test/a/vestibule"

# Behind the stage's own limits: everybody comes from this machine, and the peers are asked there.
PEERS = """attempts_per_minute = 6000

[egress]
allow = ["{apache}", "{library}", "{ear}"]
extra_roots = ["peers-ca.pem"]
"""

TENANT = """id = "{id}"
name = "{name}"
domains = ["{domain}"]
"""

REGISTRATION = """
[[applications]]
id = "{app}"
name = "{name}"

[applications.oidc]
redirect_uris = ["{redirect_uri}"]
post_logout_redirect_uris = ["{bye}"]
require_pkce = {pkce}
{proof}

[[service_principals]]
app = "{app}"
assignment_required = {assigned}
"""

SECRETS = """[[applications.oidc.secrets]]
name = "first"
value_file = "secret"
"""


# What Microsoft's clients sign in as: the operator's, used by both tenants.
SCRIPTS, TERMS = "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7e1f", "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7ed1"

SHARED = f"""[[applications]]
id = "{SCRIPTS}"
name = "Scripts"

[applications.oidc]

[[applications.oidc.secrets]]
name = "first"
value_file = "secret"
"""

SHARED_USE = f"""
[[service_principals]]
app = "{SCRIPTS}"
permissions = [
    "User.Invite.All", "User.ReadWrite.All", "Directory.Read.All", "Agreement.Read.All", "AgreementAcceptance.Read.All",
    "AuditLog.Read.All",
]
"""

AGREEMENT = f"""
[[agreements]]
id = "{TERMS}"
name = "Terms of use"

[[agreements.files]]
language = "en"
title = "Terms of use"
path = "terms.md"
"""


def change_library_keys(stage):
    """New keys for the libraries: the private halves in files of their own, the public ones where the client publishes them."""
    keys = {"ES256": ECKey.generate_key("P-256", auto_kid=True), "RS256": RSAKey.generate_key(2048, auto_kid=True)}
    for name, key in keys.items():
        stage.write(f"{name}.json", json.dumps(key.as_dict(private=True)))
    stage.apache.publishes(KeySet(list(keys.values())).as_dict(private=False))


def write_configuration(stage):
    """Writes the files; afterwards `stage.clients` holds what each relying party knows of itself."""
    app = "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7e{:02x}".format
    stage.certifies("peers", APACHE_HOST, LIBRARY_HOST, EAR_HOST)
    stage.ear = Ear(stage.folder, "peers")
    stage.apache = Apache(stage, stage.apache_port, app(0x14), SECRET)
    change_library_keys(stage)

    library, told = "https://library.acme.localhost:4443", f'backchannel_logout_uri = "{stage.library}/told"\n'
    hooked = f'backchannel_logout_uri = "{stage.apache.hook(logout="backchannel")}"\n'
    heard = f'backchannel_logout_uri = "{stage.ear.url}"\n'
    keyed = f'jwks_uri = "{stage.apache.home}/jwks.json"\n'
    registered = [
        # name, number, redirect URI, where to go after signing out, whether PKCE is demanded, how it proves itself and is told
        ("Library", 0x11, f"{library}/callback", f"{library}/bye", True, told + SECRETS),
        ("Suite", 0x12, f"{SUITE}/callback", f"{SUITE}/post_logout_redirect", False, heard + SECRETS),
        ("Suite two", 0x13, f"{SUITE}-two/callback", f"{SUITE}-two/post_logout_redirect", False, SECRETS),
        ("Apache", 0x14, stage.apache.redirect_uri, f"{stage.apache.home}/bye.html", True, hooked + SECRETS),
        ("Keyed", 0x15, f"{library}/callback", f"{library}/bye", True, keyed),
        ("Program", 0x16, f"{library}/callback", f"{library}/bye", True, SECRETS),
        ("Device", 0x17, "http://localhost:8400/", "http://localhost:8400/bye", True, 'kind = "native"\n'),
    ]
    stage.clients, sections = {}, []
    for name, number, redirect_uri, bye, pkce, proof in registered:
        stage.clients[name.lower()] = Client(app(number), SECRET, redirect_uri, bye)
        sections.append(REGISTRATION.format(
            app=app(number), name=name, redirect_uri=redirect_uri, bye=bye, pkce=str(pkce).lower(), proof=proof,
            assigned=str(name in ("Library", "Apache", "Keyed")).lower(),
        ))
    stage.second_client = stage.clients["suite two"]
    stage.writes_operator_file(PEERS.format(
        apache=f"{APACHE_HOST}:{stage.apache_port}", library=f"{LIBRARY_HOST}:{stage.library_port}", ear=stage.ear.place,
    ))
    stage.write("tenants/acme.toml", TENANT.format(id=ACME, name="Acme", domain="acme.example") + "".join(sections) + SHARED_USE + AGREEMENT)
    stage.write("tenants/other.toml", TENANT.format(id=OTHER, name="Other", domain="other.example") + SHARED_USE)
    stage.write("tenants/terms.md", "# Terms of use\n\nBe kind.\n")
    stage.write("applications.toml", SHARED)
    for folder in (stage.folder, stage.folder / "tenants"):
        secret = folder / "secret"
        secret.touch(mode=0o600)
        secret.write_text(SECRET + "\n")
