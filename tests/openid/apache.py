"""Apache with mod_auth_openidc, as Debian ships both: a protected page, and the keys that the libraries publish."""

import json
import pathlib
import shutil
import socket
import tempfile
import urllib.parse

MODULES = pathlib.Path("/usr/lib/apache2/modules")
HOST = "apache.acme.localhost"

CONFIGURATION = """ServerName {host}:{port}
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile apache.pid
ErrorLog /dev/stderr
LogLevel warn
User www-data
Group www-data
{modules}
Listen 127.0.0.1:{port}
SSLEngine on
SSLCertificateFile peers.pem
SSLCertificateKeyFile peers.key
TypesConfig /dev/null
AddType text/html .html
AddType application/json .json
DocumentRoot {folder}/pages
<Directory {folder}/pages>
    Require all granted
</Directory>

OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCCABundlePath {folder}/broker-ca.pem
OIDCClientID {client}
OIDCClientSecret "{secret}"
OIDCRedirectURI {redirect_uri}
OIDCCryptoPassphrase "whatever nobody else knows"
OIDCScope "openid profile email offline_access"
OIDCPKCEMethod S256
OIDCRemoteUserClaim email
OIDCInfoHook access_token refresh_token id_token userinfo
<Location /protected>
    AuthType openid-connect
    Require claim acct:1
    Options +Includes
    SetOutputFilter INCLUDES
</Location>
"""


class Apache:
    """One server. Its folder can be entered by the user that it becomes, unlike the stage's."""

    def __init__(self, stage, port, client, secret):
        self.stage, self.port = stage, port
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vestibule-apache-"))
        self.folder.chmod(0o711)
        self.home = f"https://{HOST}:{port}"
        self.redirect_uri = f"{self.home}/protected/redirect_uri"
        pages = self.folder / "pages"
        (pages / "protected").mkdir(parents=True)
        (pages / "protected" / "page.html").write_text('<p>Hello <!--#echo var="REMOTE_USER" -->, <!--#echo var="OIDC_CLAIM_name" --></p>')
        (pages / "bye.html").write_text("<p>Bye</p>")
        for name in ("peers.pem", "peers.key"):
            shutil.copy(stage.folder / name, self.folder)
        names = ["mpm_event", "authn_core", "authz_core", "authz_user", "mime", "include", "ssl", "auth_openidc"]
        (self.folder / "httpd.conf").write_text(CONFIGURATION.format(
            host=HOST, port=port, folder=self.folder, issuer=stage.issuer, client=client, secret=secret, redirect_uri=self.redirect_uri,
            modules="\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in names),
        ))

    def starts(self):
        shutil.copy(self.stage.authority, self.folder / "broker-ca.pem")
        words = ["/usr/sbin/apache2", "-DFOREGROUND", "-f", self.folder / "httpd.conf"]
        self.stage.start("apache", [str(word) for word in words], self.folder, self.is_ready)

    def publishes(self, jwks):
        """The key set at /jwks.json from now on."""
        (self.folder / "pages" / "jwks.json").write_text(json.dumps(jwks))

    def is_ready(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def close(self):
        """Removes what it was made of; the stage ended it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    # What a visitor does here.

    def page(self):
        return f"{self.home}/protected/page.html"

    def hook(self, **wanted):
        """An address of the module's own."""
        return f"{self.redirect_uri}?{urllib.parse.urlencode(wanted)}"

    def signs_in(self, visitor, address):
        """From the protected page to the broker and back to it."""
        visitor.stops_at = (self.redirect_uri,)
        back = visitor.opens(self.page())
        if back.status != 0:
            back = self.stage.signs_in(visitor, back, address)
        visitor.stops_at = ()
        return visitor.opens(back.url)

    def session(self, visitor):
        """What the module holds for this browser; None without a session."""
        page = visitor.asks("GET", self.hook(info="json"))
        return json.loads(page.body) if page.status == 200 else None


def the_module_signs_a_guest_in(stage):
    """Code flow with PKCE, ID token and user info checked by the module; the page behind it knows who comes."""
    address = stage.guest("Apache")
    visitor = stage.visitor()
    page = stage.apache.signs_in(visitor, address)
    assert page.status == 200 and f"Hello {address}," in page.text(), f"{page.status}: {page.text()}"
    held = stage.apache.session(visitor)
    assert held["id_token"]["iss"] == stage.issuer and held["userinfo"]["email"] == address, held
    assert held["id_token"]["sub"] == held["userinfo"]["sub"] and held["refresh_token"], held


def the_module_refreshes(stage):
    """Its refresh hook, several times: each answer has new tokens, and the session goes on."""
    visitor = stage.visitor()
    stage.apache.signs_in(visitor, stage.guest("Apache"))
    seen = [stage.apache.session(visitor)]
    for _ in range(3):
        asked = stage.apache.hook(refresh=stage.apache.page(), access_token=seen[-1]["access_token"])
        page = visitor.opens(asked)
        assert page.status == 200 and "Hello" in page.text() and "error_code" not in page.url, page.url
        seen.append(stage.apache.session(visitor))
    for name in ("access_token", "refresh_token"):
        assert len({each[name] for each in seen}) == len(seen), f"a refresh left the {name} as it was"


def the_module_signs_out(stage):
    """Its logout goes by our end-session endpoint and comes back; the next visit asks who comes."""
    visitor = stage.visitor()
    stage.apache.signs_in(visitor, stage.guest("Apache"))
    page = visitor.opens(stage.apache.hook(logout=f"{stage.apache.home}/bye.html"))
    if page.has("Sign out"):
        page = visitor.presses(page, "Sign out")
    assert page.url.startswith(f"{stage.apache.home}/bye.html") and page.text() == "Bye", f"{page.url}: {page.text()[:300]}"
    assert any("/oauth2/v2.0/logout" in url for url in visitor.way), visitor.way
    page = visitor.opens(stage.apache.page())
    assert page.url.startswith(stage.broker) and page.asks("address"), f"{page.url}: {page.text()[:300]}"


def the_module_hears_that_a_session_ended(stage):
    """Back-channel logout: who signs out with us is out there within seconds, and nobody else is."""
    leaving, staying = stage.visitor(), stage.visitor()
    for visitor in (leaving, staying):
        stage.apache.signs_in(visitor, stage.guest("Apache"))
        assert visitor.asks("GET", stage.apache.page()).status == 200
    stage.leaves(leaving)
    stage.waits_until(lambda: leaving.asks("GET", stage.apache.page()).status == 302, "the module still lets the person in")
    assert stage.apache.session(leaving) is None
    assert staying.asks("GET", stage.apache.page()).status == 200, "somebody else was signed out as well"


def the_module_goes_on_after_keys_were_withdrawn(stage):
    """An operator withdraws every signing key: old tokens are refused at once, and the module finds the new keys by itself."""
    visitor = stage.visitor()
    stage.apache.signs_in(visitor, stage.guest("Apache"))
    token = stage.apache.session(visitor)["access_token"]
    found = json.loads(visitor.asks("GET", f"{stage.issuer}/.well-known/openid-configuration").body)

    def worth(token):
        return visitor.asks("GET", found["userinfo_endpoint"], headers={"Authorization": f"Bearer {token}"}).status

    assert worth(token) == 200
    done = json.loads(stage.vestibule("keys", "withdraw", "--tenant", "acme.example", "--json"))
    assert {each["algorithm"] for each in done} == {"ES256", "RS256"}, done
    assert worth(token) == 401
    page = visitor.opens(stage.apache.hook(refresh=stage.apache.page(), access_token=token))
    assert page.status == 200 and "error_code" not in page.url, page.url
    assert worth(stage.apache.session(visitor)["access_token"]) == 200
    page = stage.apache.signs_in(stage.visitor(), stage.guest("Apache"))
    assert page.status == 200 and "Hello" in page.text(), f"{page.status}: {page.text()[:300]}"


STORIES = [
    the_module_signs_a_guest_in,
    the_module_refreshes,
    the_module_signs_out,
    the_module_hears_that_a_session_ended,
    the_module_goes_on_after_keys_were_withdrawn,
]
