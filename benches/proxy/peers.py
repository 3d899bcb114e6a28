"""The peers' configurations: nothing but forwarding, as lean as their manuals allow, so that the comparison is to their favour."""

NGINX = """worker_processes 1;
error_log {folder}/{name}.error.log;
pid {folder}/{name}.pid;
daemon off;
events {{ worker_connections 20000; }}
http {{
    access_log off;
    client_body_temp_path {folder}/{name}-body;
    proxy_temp_path {folder}/{name}-proxy;
    fastcgi_temp_path {folder}/{name}-fastcgi;
    uwsgi_temp_path {folder}/{name}-uwsgi;
    scgi_temp_path {folder}/{name}-scgi;
    keepalive_requests 100000000;
    keepalive_timeout 600;
    http2_max_requests 100000000;
    http2_recv_buffer_size 256k;
    ssl_protocols TLSv1.3;
    ssl_session_tickets {tickets};
    ssl_session_cache {cache};
    upstream app {{
        server 127.0.0.1:{upstream};
        keepalive 128;
        keepalive_requests 100000000;
    }}
    server {{
        listen 127.0.0.1:{clear} backlog=4096;
        listen 127.0.0.1:{tls} ssl http2 backlog=4096;
        server_name {host};
        ssl_certificate {chain};
        ssl_certificate_key {key};
        location / {{
            {auth}
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto https;
        }}
        location = /auth-answer {{
            internal;
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_pass_request_body off;
            proxy_set_header Connection "";
            proxy_set_header Content-Length "";
        }}
    }}
}}
"""

HAPROXY = """global
    nbthread 1
    maxconn 8000
    tune.ssl.default-dh-param 2048
    ssl-default-bind-options ssl-min-ver TLSv1.3{tickets}
defaults
    mode http
    timeout connect 5s
    timeout client 600s
    timeout server 60s
    option http-keep-alive
    http-reuse always
frontend clear
    bind 127.0.0.1:{clear} backlog 4096
    default_backend app
frontend tls
    bind 127.0.0.1:{tls} ssl crt {pem} alpn h2,http/1.1 backlog 4096
    default_backend app
backend app
    http-request set-header X-Forwarded-Proto https
    option forwardfor
    server one 127.0.0.1:{upstream} pool-max-conn 128
"""


class Peer:
    """Somebody else's proxy: where it speaks clear text and where TLS."""

    def __init__(self, name, process, clear, tls):
        self.name, self.process, self.clear, self.tls = name, process, clear, tls

    @property
    def pid(self):
        return self.process.pid


def nginx(stage, name, port, host, auth=False):
    chain, key = stage.certificate(host)
    text = NGINX.format(
        folder=stage.folder, name=name, upstream=stage.upstream, clear=port, tls=port + 1, host=host, chain=chain, key=key,
        auth="auth_request /auth-answer;" if auth else "", tickets="off", cache="none",
    )
    stage.write(f"{name}.conf", text)
    words = ["nginx", "-p", str(stage.folder), "-c", str(stage.folder / f"{name}.conf"), "-e", str(stage.folder / f"{name}.early.log")]
    return Peer(name, stage.peer(name, words, port), port, port + 1)


def haproxy(stage, name, port, host):
    chain, key = stage.certificate(host)
    pem = stage.folder / "haproxy.pem"
    pem.touch(mode=0o600)
    pem.write_text(chain.read_text() + key.read_text())
    stage.write(f"{name}.cfg", HAPROXY.format(upstream=stage.upstream, clear=port, tls=port + 1, pem=pem, tickets=" no-tls-tickets"))
    return Peer(name, stage.peer(name, ["haproxy", "-db", "-f", str(stage.folder / f"{name}.cfg")], port), port, port + 1)
