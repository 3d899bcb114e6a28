"""Where a relying party hears behind the browser's back that a session ended: a listener on TLS with an authority of its own."""

import http.server
import queue
import ssl
import subprocess
import threading
import urllib.parse

HOST = "suite.localhost"
SECONDS = 10


class Ear:
    """Listens in `folder`, which gets the files of its certificate."""

    def __init__(self, folder):
        self.folder, self.heard = folder, queue.Queue()
        self._makes_certificate()
        ear = self

        class Request(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                ear.heard.put((self.path, self.headers, urllib.parse.parse_qsl(body, keep_blank_values=True)))
                self.send_response(200)
                self.send_header("Cache-Control", "no-store")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Request)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "ear.pem", folder / "ear.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def place(self):
        return f"{HOST}:{self.server.server_address[1]}"

    @property
    def url(self):
        return f"https://{self.place}/backchannel_logout"

    @property
    def authority(self):
        return self.folder / "ear-ca.pem"

    def forgets(self):
        while not self.heard.empty():
            self.heard.get()

    def hears(self):
        """Path, header fields and form of the next request."""
        return self.heard.get(timeout=SECONDS)

    def close(self):
        self.server.shutdown()

    def _makes_certificate(self):
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self._openssl(
            "req", "-x509", *key, "-keyout", "ear-ca.key", "-out", "ear-ca.pem", "-days", "2", "-subj", "/CN=Ear",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
        )
        self._openssl("req", *key, "-keyout", "ear.key", "-out", "ear.csr", "-subj", f"/CN={HOST}")
        (self.folder / "ear.names").write_text(f"subjectAltName=DNS:{HOST}\nextendedKeyUsage=serverAuth\n")
        self._openssl(
            "x509", "-req", "-in", "ear.csr", "-CA", "ear-ca.pem", "-CAkey", "ear-ca.key", "-days", "2", "-out", "ear.pem",
            "-extfile", "ear.names",
        )

    def _openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)
