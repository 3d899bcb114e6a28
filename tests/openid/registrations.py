"""The stage's configuration: two tenants, and the relying parties as an operator registers them."""

from protocol import Client
from stage import ACME, OTHER

SECRET = "a secret that only the two of us know & 100%"
# What the OpenID Foundation's suite calls itself, so that the original can be pointed at the same registrations.
SUITE = "https://localhost.emobix.co.uk:8443/test/a/vestibule"

OPERATOR = """public_url = "{broker}"
admin_url = "https://admin.vestibule.localhost:{port}"
data_dir = "data"

[listen]
https = ["127.0.0.1:{port}"]
http = ["127.0.0.1:{http}"]
health = "127.0.0.1:{health}"

[tls]
certificates = "certs"

[mail]
from = "invitations@acme.example"

[egress]
allow = ["{ear}"]
extra_roots = ["{ear_authority}"]

[limits]
invitations_per_day = 100000
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
{back_channel}require_pkce = {pkce}
[[applications.oidc.secrets]]
name = "first"
value_file = "secret"

[[service_principals]]
app = "{app}"
assignment_required = {assigned}
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


def write_configuration(stage):
    """Writes the files; afterwards `stage.clients` holds what each relying party knows of itself."""
    app = "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7e{:02x}".format
    registered = [
        # name, number, redirect URI, where to go after signing out, whether PKCE is demanded
        ("Library", 0x11, "https://library.acme.localhost:4443/callback", "https://library.acme.localhost:4443/bye", True),
        ("Suite", 0x12, f"{SUITE}/callback", f"{SUITE}/post_logout_redirect", False),
        ("Suite two", 0x13, f"{SUITE}-two/callback", f"{SUITE}-two/post_logout_redirect", False),
    ]
    stage.clients, sections = {}, []
    for name, number, redirect_uri, bye, pkce in registered:
        stage.clients[name.lower()] = Client(app(number), SECRET, redirect_uri, bye)
        back_channel = f'backchannel_logout_uri = "{stage.ear.url}"\n' if name == "Suite" else ""
        sections.append(REGISTRATION.format(
            back_channel=back_channel, app=app(number), name=name, redirect_uri=redirect_uri, bye=bye, pkce=str(pkce).lower(), assigned=str(name == "Library").lower(),
        ))
    stage.second_client = stage.clients["suite two"]
    stage.write("vestibule.toml", OPERATOR.format(
        broker=stage.broker, port=stage.port, http=stage.port + 1, health=stage.port + 2, ear=stage.ear.place,
        ear_authority=stage.ear.authority,
    ))
    stage.write("tenants/acme.toml", TENANT.format(id=ACME, name="Acme", domain="acme.example") + "".join(sections) + SHARED_USE + AGREEMENT)
    stage.write("tenants/other.toml", TENANT.format(id=OTHER, name="Other", domain="other.example") + SHARED_USE)
    stage.write("tenants/terms.md", "# Terms of use\n\nBe kind.\n")
    stage.write("applications.toml", SHARED)
    for folder in (stage.folder, stage.folder / "tenants"):
        secret = folder / "secret"
        secret.touch(mode=0o600)
        secret.write_text(SECRET + "\n")
