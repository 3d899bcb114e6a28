"""The demo as a process: free ports, a folder of its own, its mailbox and its command line."""

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

CONTOSO = "c0a70500-0000-4000-8000-000000000001"
NORTHWIND = "c0a70500-0000-4000-8000-000000000002"
WIKI = "c0a70500-0000-4000-8000-0000000000b1"
DESK = "c0a70500-0000-4000-8000-0000000000b2"
BOARD = "c0a70500-0000-4000-8000-0000000000b3"

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 20
MAIL_SECONDS = 20


def free_port(following=0):
    """A free port on loopback whose `following` successors are free as well; below those the system hands out by itself."""
    for _ in range(500):
        port = random.randrange(10_000, 30_000)
        sockets = [socket.socket() for _ in range(following + 1)]
        try:
            for successor, each in enumerate(sockets):
                each.bind(("127.0.0.1", port + successor))
            return port
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
    raise RuntimeError("no free ports in a row")


def environment(home):
    """The environment of a child: a home of its own, and no key of somebody's configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VESTIBULE_")}
    return {**kept, "HOME": str(home), "XDG_DATA_HOME": str(Path(home) / ".local" / "share")}


def fetch(url):
    """GET of a page without TLS. glibc does not know *.localhost everywhere, so loopback is named."""
    return urllib.request.urlopen(url, timeout=10).read()


class Demo:
    """A running `vestibule demo`."""

    def __init__(self, binary, home, port=None, mail_port=None):
        self.binary = str(binary)
        self.home = Path(home)
        self.port = port or free_port(following=2)
        self.mail_port = mail_port or free_port()
        self.data = Path(tempfile.mkdtemp(prefix="vestibule-demo-"))
        self.log = self.data.with_suffix(".log")
        self.process = None
        self.ready_seconds = None

    def start(self):
        began = time.monotonic()
        words = ["demo", "--port", self.port, "--mail-port", self.mail_port, "--data", self.data]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, *map(str, words)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, env=environment(self.home), cwd=REPOSITORY,
            )
        while time.monotonic() - began < START_SECONDS:
            if self.process.poll() is not None:
                raise RuntimeError(f"the demo ended at once:\n{self.said()}")
            try:
                fetch(f"http://127.0.0.1:{self.port + 2}/readyz")
                self.ready_seconds = time.monotonic() - began
                return self
            except OSError:
                time.sleep(0.01)
        self.stop()
        raise RuntimeError(f"the demo was not ready after {START_SECONDS} s:\n{self.said()}")

    def stop(self):
        """SIGTERM; True if it ended in time by itself."""
        if self.process is None or self.process.poll() is not None:
            return True
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
            return True
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False

    def remove(self):
        shutil.rmtree(self.data, ignore_errors=True)
        self.log.unlink(missing_ok=True)

    def said(self):
        return self.log.read_text(errors="replace")[-6000:] if self.log.exists() else ""

    # Addresses

    def at(self, host, path):
        return f"https://{host}:{self.port}{path}"

    def broker(self, path):
        return self.at("vestibule.localhost", path)

    def wiki(self, path="/"):
        return self.at("wiki.contoso.localhost", path)

    def desk(self, path="/"):
        return self.at("desk.apps.localhost", path)

    def board(self, path="/"):
        return self.at("board.apps.localhost", path)

    def inbox(self, path="/"):
        return f"http://mail.localhost:{self.mail_port}{path}"

    def authority(self):
        """The demo's certificate authority, as its mailbox hands it out."""
        return fetch(f"http://127.0.0.1:{self.mail_port}/ca.pem")

    # Mail

    def mail(self, address, subject, but_not=()):
        """The newest mail to `address` whose subject contains `subject`, waiting for it."""
        end = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < end:
            listed = json.loads(fetch(f"http://127.0.0.1:{self.mail_port}/api/v1/messages?limit=200"))
            for message in listed["messages"]:
                addressed = any(person["Address"] == address for person in message["To"])
                if addressed and subject in message["Subject"] and message["ID"] not in but_not:
                    return json.loads(fetch(f"http://127.0.0.1:{self.mail_port}/api/v1/message/{message['ID']}"))
            time.sleep(0.05)
        raise AssertionError(f"no mail to {address} about {subject!r} within {MAIL_SECONDS} s")

    def redeem_url(self, address, tenant):
        text = self.mail(address, f"use apps of {tenant}")["Text"]
        return re.search(r"https://\S+/redeem/\S+", text).group(0)

    def passcode(self, address):
        """The code in the newest mail about one."""
        text = self.mail(address, "Your code")["Text"]
        return re.search(r"\b\d{8}\b", text).group(0)

    # Command line

    def command(self, *words):
        done = subprocess.run(
            [self.binary, *words, "--data", str(self.data)],
            capture_output=True, text=True, timeout=60, env=environment(self.home), cwd=REPOSITORY,
        )
        assert done.returncode == 0, f"vestibule {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def guest(self, address, tenant):
        return json.loads(self.command("guest", "show", address, "--tenant", tenant, "--json"))
