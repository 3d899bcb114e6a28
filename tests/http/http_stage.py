"""What the suite runs on: `vestibule serve`, the apps behind it, and guests who are signed in."""

import json
import os
import socket
import ssl
import sys
import threading
import urllib.request
from argparse import Namespace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / name) for name in ("openid", "browser")]

from stage import ACME, Stage  # noqa: E402
from visitor import Visitor  # noqa: E402

APP = "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7c{:02x}".format
TERMS = "5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7cd1"

# Everybody comes from this machine.
MORE = """attempts_per_minute = 6000
connections_per_address = 8000
"""

TENANT = f"""id = "{ACME}"
name = "Acme"
domains = ["acme.example", "acme.localhost"]

[[agreements]]
id = "{TERMS}"
name = "Rules of the reading room"
apps = ["{APP(3)}"]

[[agreements.files]]
language = "en"
title = "Rules"
path = "terms.md"
"""

APPLICATION = """
[[applications]]
id = "{app}"
name = "{name}"
host = "{host}"
mode = "host"
{upstream}

[[service_principals]]
app = "{app}"
assignment_required = false
"""


class Guest:
    """Somebody who is signed in, and the cookies of the hosts where this browser has been."""

    def __init__(self, address, visitor):
        self.address, self.visitor = address, visitor

    def cookie(self, host):
        return "; ".join(f"{name}={value}" for name, value in self.visitor.cookies.get(host, {}).items())


class Growth:
    """The most that a server's memory grew while this was open, in MiB."""

    def __init__(self, stage):
        self.stage, self.before, self.most, self.done = stage, stage.resident(), 0, threading.Event()
        self.thread = threading.Thread(target=self._looks)

    def __enter__(self):
        self.thread.start()
        return self

    def _looks(self):
        while not self.done.wait(0.05):
            self.most = max(self.most, self.stage.resident() - self.before)

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    @property
    def mebibytes(self):
        return self.most / 2**20


class HttpStage(Stage):
    """The workshop speaks HTTP/1.1, `sockets` WebSocket; the reading room is the workshop behind terms of use, and the lodge a
    workshop of its own, which is at ease whatever happens to the other."""

    WORKSHOP, SOCKETS, READING, LODGE = (f"{name}.acme.localhost" for name in ("workshop", "sockets", "reading", "lodge"))

    def __init__(self, binary):
        super().__init__(Namespace(binary=binary, python=sys.executable, node=None, modules=None))
        self.http_port, self.socket_port = self.port + 3, self.port + 4
        self.lodge_port = self.port + 5
        self.server = None
        # Stages of families that need one of their own.
        self.others = []

    def opens(self, *more):
        """`more` are further apps: name, host, and where they listen; whoever wants them starts them."""
        plain, sockets, lodge = (f'upstream = "http://127.0.0.1:{port}"' for port in (self.http_port, self.socket_port, self.lodge_port))
        apps = [
            ("Workshop", self.WORKSHOP, plain), ("Sockets", self.SOCKETS, sockets),
            ("Reading room", self.READING, plain), ("Lodge", self.LODGE, lodge),
        ]
        apps += more
        self.writes_operator_file(MORE)
        self.write("applications.toml", "")
        self.writes_tenant(apps)
        self.write("tenants/terms.md", "# Rules\n\nBe quiet.\n")
        self.starts_app("upstream", self.http_port, self.socket_port)
        self.starts_app("lodge", self.lodge_port)
        self.server = self.serve()

    def close(self):
        for other in self.others:
            other.close()
        super().close()

    def environment(self):
        # What a check left open must not hold up the end.
        return {**super().environment(), "VESTIBULE_DRAIN": "1s"}

    def writes_tenant(self, apps):
        text = "".join(APPLICATION.format(app=APP(number), name=name, host=host, upstream=upstream)
                       for number, (name, host, upstream) in enumerate(apps, 1))
        self.write("tenants/acme.toml", TENANT + text)

    def starts_app(self, name, *ports):
        words = [sys.executable, str(HERE / "upstream.py"), *map(str, ports)]
        return self.start(name, words, self.folder, lambda: all(self.listens(port) for port in ports))

    def listens(self, port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    # The apps' own account of what happened

    def told(self, path, port=None):
        return json.loads(urllib.request.urlopen(f"http://127.0.0.1:{port or self.http_port}{path}", timeout=20).read())

    def counts(self):
        return self.told("/.counts")

    def count(self, name):
        return self.counts().get(name, 0)

    def ledger(self, word):
        """The requests that reached an app and whose target contains `word`."""
        return self.told(f"/.ledger?word={word}")

    # People

    def visitor(self, stops_at=()):
        visitor = Visitor(self.authority)
        visitor.stops_at = tuple(stops_at)
        return visitor

    def signed_in(self, *hosts):
        """A new guest with a session at each of these hosts; the workshop if none is named."""
        address, visitor = self.guest("Workshop"), self.visitor()
        for host in hosts or (self.WORKSHOP,):
            page = self.signs_in_at(visitor, f"https://{host}:{self.port}/page", address)
            assert page.url.endswith("/page") or host == self.SOCKETS, f"{page.url} ({page.status}): {page.text()[:500]}"
        return Guest(address, visitor)

    def signs_in_at(self, visitor, url, address):
        page = visitor.opens(url)
        for _ in range(12):
            # The app of WebSockets answers 426 to a page.
            if page.url == url and page.status in (200, 426):
                return page
            page = self.answers(visitor, page, address)
        raise AssertionError(f"no end of pages; the last is {page.url} ({page.status}): {page.text()[:800]}")

    # Measures

    def resident(self):
        """Bytes of the server in memory."""
        return int(Path(f"/proc/{self.server.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def growth(self):
        """Watches how much the server's memory grows until `close`."""
        return Growth(self)

    # Clients

    def tls(self, *protocols):
        """What clients trust, with these protocols on offer."""
        context = ssl.create_default_context(cafile=str(self.authority))
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context

    def origin(self, host):
        return f"https://{host}:{self.port}"
