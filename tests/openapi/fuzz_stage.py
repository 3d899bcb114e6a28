"""What the fuzzer runs on: `vestibule serve` with a tenant that has one of everything, and an application with every permission."""

import json
import ssl
import sys
import urllib.parse
import urllib.request
from argparse import Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "openid"))

from stage import Stage  # noqa: E402

NUMBER = "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7f{:02x}".format
ACME, OTHER, SCRIPTS, WIKI, TERMS, TEAM, CONTACT = (NUMBER(number) for number in (0x01, 0x02, 0x1F, 0x11, 0xD1, 0xE1, 0xF1))
SECRET = "a secret that only the two of us know"

SHARED = f"""[[applications]]
id = "{SCRIPTS}"
name = "Scripts"
[applications.oidc]
[[applications.oidc.secrets]]
name = "first"
value_file = "secret"
"""

ACME_FILE = f"""id = "{ACME}"
name = "Acme"
domains = ["acme.example"]

[privacy]
statement_url = "https://acme.example/privacy"
contact = "privacy@acme.example"

# Named, so that the fuzzer cannot set what would make most sound invitations wrong; the rest of the policies it may set.
[policies]
allow_invites_from = "everyone"
allowed_domains = []
blocked_domains = ["blocked.example"]
primary_identity_provider_precedence_order = ["externalFederation", "azureActiveDirectory", "socialIdentityProviders"]

[[connections]]
name = "fabrikam"
display_name = "Fabrikam"
kind = "oidc"
issuer = "https://login.fabrikam.example"
client_id = "acme"
domains = ["fabrikam.example"]
verified = true

[[partners]]
tenant = "{OTHER}"
automatic_redemption_inbound = true

[[agreements]]
id = "{TERMS}"
name = "Terms of use"
[[agreements.files]]
language = "en"
title = "Terms of use"
path = "terms.md"

[[applications]]
id = "{WIKI}"
name = "Wiki"
description = "What Acme knows"
[applications.oidc]
redirect_uris = ["https://wiki.acme.example/callback"]
[[applications.oidc.secrets]]
name = "first"
value_file = "secret"

[[service_principals]]
app = "{WIKI}"
roles = ["Reader", "Editor"]

[[groups]]
id = "{TEAM}"
name = "Team"
members = ["guest-1@many.example"]

[[contacts]]
id = "{CONTACT}"
name = "Casey Contact"
address = "casey@mail.example"

[[members]]
address = "ada@acme.example"
name = "Ada Admin"
admin = true

[[service_principals]]
app = "{SCRIPTS}"
permissions = [
    "Agreement.Read.All", "Agreement.ReadWrite.All", "AgreementAcceptance.Read.All",
    "AppRoleAssignment.ReadWrite.All", "Application.Read.All", "Application.ReadWrite.All", "AuditLog.Read.All", "Directory.Read.All",
    "Directory.ReadWrite.All", "Domain.Read.All", "Domain.ReadWrite.All", "Group.Read.All",
    "GroupMember.ReadWrite.All", "IdentityProvider.Read.All", "Organization.Read.All", "Policy.Read.All",
    "Policy.ReadWrite.Authorization", "Policy.ReadWrite.CrossTenantAccess", "Policy.ReadWrite.AuthenticationMethod",
    "RoleManagement.ReadWrite.Directory", "User.DeleteRestore.All", "User.EnableDisableAccount.All",
    "User.Invite.All", "User.Read", "User.Read.All", "User.ReadWrite.All",
]
"""

OTHER_FILE = f"""id = "{OTHER}"
name = "Other"
domains = ["other.example"]
"""


GUESTS = 40


class FuzzStage(Stage):
    """One tenant with guests; the neighbour is there so that a way to it could be found."""

    def __init__(self, binary):
        super().__init__(Namespace(binary=binary, python=sys.executable, node=None, modules=None))
        self.lands = f"{self.broker}/{ACME}/myapps"

    def opens(self):
        self.writes_operator_file()
        self.write("applications.toml", SHARED)
        self.write("tenants/acme.toml", ACME_FILE)
        self.write("tenants/other.toml", OTHER_FILE)
        self.write("tenants/terms.md", "# Terms of use\n\nBe kind.\n")
        for folder in (self.folder, self.folder / "tenants"):
            (folder / "secret").touch(mode=0o600)
            (folder / "secret").write_text(SECRET + "\n")
        self.serve()
        self.write("guests.csv", "email\n" + "".join(f"guest-{number}@many.example\n" for number in range(GUESTS)))
        self.vestibule("invite", "--csv", "guests.csv", "--tenant", "acme.example", "--no-mail")

    def asks(self, path, form=None, token=None):
        """The JSON at an address of the broker, over TLS that the stage's authority vouches for."""
        request = urllib.request.Request(self.broker + path, data=form and urllib.parse.urlencode(form).encode())
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        trust = ssl.create_default_context(cafile=self.authority)
        return json.loads(urllib.request.urlopen(request, context=trust, timeout=20).read())

    def token(self):
        """By client credentials."""
        form = {"grant_type": "client_credentials", "client_id": SCRIPTS, "client_secret": SECRET, "scope": f"{self.broker}/.default"}
        return self.asks(f"/{ACME}/oauth2/v2.0/token", form)["access_token"]
