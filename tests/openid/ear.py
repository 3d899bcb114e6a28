"""Where a relying party hears behind the browser's back that a session ended."""

import http.server
import queue
import ssl
import threading
import urllib.parse

HOST = "suite.localhost"
SECONDS = 10


class Ear:
    """Listens on TLS with the certificate of this name in `folder`."""

    def __init__(self, folder, certificate):
        self.heard = queue.Queue()
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
        context.load_cert_chain(folder / f"{certificate}.pem", folder / f"{certificate}.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def place(self):
        return f"{HOST}:{self.server.server_address[1]}"

    @property
    def url(self):
        return f"https://{self.place}/backchannel_logout"

    def forgets(self):
        while not self.heard.empty():
            self.heard.get()

    def hears(self):
        """Path, header fields and form of the next request."""
        return self.heard.get(timeout=SECONDS)

    def close(self):
        self.server.shutdown()
