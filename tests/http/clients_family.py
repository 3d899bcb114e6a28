"""Clients as published get the same page, whichever version of HTTP they speak: curl, Python's `h2` and http.client, Chromium, Node."""

import asyncio
import gzip
import hashlib
import http.client
import json
import socket
import subprocess
from pathlib import Path

import browser
from h2client import Client
from upstream import PAGE

HERE = Path(__file__).resolve().parent


def checks(stage):
    guest = stage.signed_in()
    host, cookie = stage.WORKSHOP, guest.cookie(stage.WORKSHOP)

    def curl(*words, path="/page", signed_in=True, **more):
        """Body, and what curl says of the exchange."""
        file = stage.folder / "curl.body"
        command = [
            "curl", "-sS", "--cacert", str(stage.authority), "--resolve", f"{host}:{stage.port}:127.0.0.1", "-o", str(file), "--max-time", "60",
            "-w", '{"version": "%{http_version}", "status": %{response_code}, "up": %{size_upload}, "kind": "%{content_type}"}',
            *(["-H", f"Cookie: {cookie}"] if signed_in else []), *words, stage.origin(host) + path,
        ]
        file.unlink(missing_ok=True)
        done = subprocess.run(command, capture_output=True, text=True, env=stage.environment(), **more)
        assert done.returncode == 0, f"curl: {done.returncode} {done.stderr}"
        return file.read_bytes() if file.exists() else b"", json.loads(done.stdout)

    def page_by_curl(option, version):
        def deed():
            body, told = curl(option)
            assert (body, told["status"], told["version"]) == (PAGE, 200, version), (body, told)
            # The control: whoever is not signed in gets no page of the app.
            body, told = curl(option, "-H", "Accept: application/json", signed_in=False)
            assert told["status"] == 401 and b"login_url" in body, (told, body)
            return f"HTTP/{told['version']}"

        return deed

    def upload_by_curl(option):
        def deed():
            body = bytes(range(256)) * 12_000
            file = stage.folder / "upload"
            file.write_bytes(body)
            # Over HTTP/1.1 curl asks first (Expect: 100-continue) as the body is long.
            came, told = curl(option, "-T", str(file), path="/says?upload")
            seen = json.loads(came)
            assert told["status"] == 200 and seen["length"] == len(body) and seen["digest"] == hashlib.sha256(body).hexdigest(), (told, seen)
            assert not any(name.lower() == "expect" for name, _ in seen["fields"]), seen["fields"]
            return f"{seen['length']} bytes"

        return deed

    def chunked_by_curl(option):
        def deed():
            words = [option, "-X", "POST", "-H", "Transfer-Encoding: chunked"] if option != "--http2" else [option, "-X", "POST"]
            came, _ = curl(*words, "--data-binary", "@-", path="/says?chunked", input="piece by piece " * 5_000)
            seen = json.loads(came)
            framing = {name.lower(): value for name, value in seen["fields"] if name.lower() in ("content-length", "transfer-encoding")}
            assert seen["length"] == 75_000 and len(framing) == 1, seen
            return f"the app sees {framing}"

        return deed

    def head_by_curl(option):
        def deed():
            body, told = curl(option, "-I")
            assert told["status"] == 200 and f"content-length: {len(PAGE)}" in body.decode().lower(), (told, body)

        return deed

    def packed(option):
        def deed():
            body, told = curl(option, path="/packed")
            assert body == gzip.compress(PAGE * 50, mtime=0), "the bytes changed on their way"
            body, told = curl(option, "--compressed", path="/packed")
            assert body == PAGE * 50, (told, body[:80])

        return deed

    def on_one_connection(option, version):
        """Three pages on one connection: curl reuses it only if every answer ended by the rules."""
        def deed():
            url = stage.origin(host) + "/page"
            trust = ["--cacert", str(stage.authority), "--resolve", f"{host}:{stage.port}:127.0.0.1"]
            words = ["curl", "-sS", "-v", *trust, option, "-H", f"Cookie: {cookie}", url, url, url]
            done = subprocess.run(words, capture_output=True, timeout=60, env=stage.environment())
            assert done.stdout == PAGE * 3, (done.stdout, done.stderr[-2000:])
            used = done.stderr.count(b"Re-using existing connection")
            assert used == 2, f"{used} of 2 were on the same connection: {done.stderr[-2000:]}"

        return deed

    def by_python():
        connection = http.client.HTTPSConnection("127.0.0.1", stage.port, context=stage.tls())
        plain = socket.create_connection(("127.0.0.1", stage.port), 20)
        connection.sock = stage.tls("http/1.1").wrap_socket(plain, server_hostname=host)
        for _ in range(3):
            connection.request("GET", "/page", headers={"Cookie": cookie, "Host": f"{host}:{stage.port}"})
            answer = connection.getresponse()
            assert (answer.status, answer.version, answer.read()) == (200, 11, PAGE)
        connection.close()

    async def by_h2():
        client = await Client(stage, host, cookie).opens()
        streams = [await client.asks("/page") for _ in range(90)]
        for stream in streams:
            assert await stream.status() == 200 and await asyncio.wait_for(stream.whole(), 20) == PAGE
        sent = bytes(range(256)) * 3_000
        stream = await client.asks("/echo", "POST", ends=False)
        sending = asyncio.create_task(stream.send(sent, ends=True))
        assert await asyncio.wait_for(stream.whole(), 20) == sent
        await sending
        await client.close()
        return f"{len(streams)} streams at once, and {len(sent)} bytes echoed while they went"

    def by_chromium():
        with browser.opens(stage, host, guest) as page:
            answer = page.goto(stage.origin(host) + "/page")
            assert answer.status == 200 and answer.body() == PAGE, answer.status
            told = page.evaluate((HERE / "peers" / "page.js").read_text())
        assert told["protocol"] == "h2" and told["same"] == 40, told
        assert told["events"] == 5 and told["echoed"], told
        return f"{told['protocol']}, {told['same']} fetches at once, {told['events']} events by EventSource, an upload echoed"

    def by_node():
        words = [stage.node, str(HERE / "peers" / "fetch.mjs"), host, str(stage.port), cookie]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=stage.environment())
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        digest = hashlib.sha256(PAGE).hexdigest()
        assert told == {"plain": [200, digest], "multiplexed": [200, digest]}, told

    options = [("--http2", "2"), ("--http1.1", "1.1"), ("--http1.0", "1.1")]
    rows = []
    for option, version in options:
        rows.append((f"curl {option}: the page, signed in and not", page_by_curl(option, "1" if option == "--http1.0" else version)))
        rows.append((f"curl {option}: HEAD", head_by_curl(option)))
        rows.append((f"curl {option}: 3 MB up", upload_by_curl(option)))
        rows.append((f"curl {option}: what the app compressed", packed(option)))
        if option != "--http1.0":
            rows.append((f"curl {option}: a body of unknown length", chunked_by_curl(option)))
            rows.append((f"curl {option}: three pages on one connection", on_one_connection(option, version)))
    return rows + [
        ("Python http.client: three pages on one connection", by_python),
        ("Python h2: 90 streams at once, and an echo", lambda: asyncio.run(by_h2())),
        ("Chromium: the page, fetches, EventSource, an upload", by_chromium), ("Node: https and http2", by_node),
    ]
