"""HTTP/1.1 on bare sockets: what must work, and after it the tricks."""

import hashlib
import json
import socket
import ssl
import uuid

import http1_tricks
import wire

HELLO = hashlib.sha256(b"hello").hexdigest()
# How long a connection may take to end after a message that is refused.
SOON = 5


def checks(stage):
    guest = stage.signed_in()
    host, cookie = stage.WORKSHOP, guest.cookie(stage.WORKSHOP)

    def plain(**more):
        return wire.Plain(stage, host, more.pop("cookie", cookie), **more)

    def word():
        return uuid.uuid4().hex[:12]

    def ledger(name):
        return [each["target"] for each in stage.ledger(name)]

    def fields(answer):
        """What the app saw, in lower case."""
        return [(name.lower(), value) for name, value in json.loads(answer.body)["fields"]]

    # What must work

    def pipelining():
        name, client = word(), plain()
        asked = "".join(f"GET /says?x={name}-{at} HTTP/1.1\r\n{client.fields()}\r\n" for at in range(20))
        client.send(asked)
        for at in range(20):
            answer = client.answer()
            assert answer.status == 200 and answer.json()["target"] == f"/says?x={name}-{at}", answer
        assert ledger(name) == [f"/says?x={name}-{at}" for at in range(20)]

    def pipelining_bodies():
        name, client = word(), plain()
        one = f"POST /says?x={name} HTTP/1.1\r\n{client.fields('Content-Length: 5')}\r\nhello"
        two = f"POST /says?x={name} HTTP/1.1\r\n{client.fields('Transfer-Encoding: chunked')}\r\n2\r\nhe\r\n3;ext=1\r\nllo\r\n0\r\n\r\n"
        client.send((one + two) * 5)
        for _ in range(10):
            answer = client.answer()
            assert answer.json()["digest"] == HELLO, answer
        assert len(ledger(name)) == 10

    def after_close():
        name, client = word(), plain()
        last = f"GET /says?x={name} HTTP/1.1\r\n{client.fields('Connection: close')}\r\n"
        client.send(last + f"GET /says?x={name}-late HTTP/1.1\r\n{client.fields()}\r\n")
        answers = client.all()
        assert len(answers) == 1 and answers[0].field("connection") == "close", answers
        assert ledger(name) == [f"/says?x={name}"]

    def byte_by_byte():
        client = plain()
        for byte in f"POST /says HTTP/1.1\r\n{client.fields('Transfer-Encoding: chunked')}\r\n5\r\nhello\r\n0\r\n\r\n".encode():
            client.send(bytes([byte]))
        assert client.answer().json()["digest"] == HELLO

    def continues():
        client = plain().asks("/says", "Expect: 100-continue", "Content-Length: 5", method="POST")
        interim = client.answer()
        assert interim.status == 100, interim
        client.send(b"hello")
        answer = client.answer()
        assert answer.json()["digest"] == HELLO and not any(name == "expect" for name, _ in fields(answer)), answer
        client.asks("/says", "Expect: 100-Continue", "Content-Length: 5", method="POST")
        assert client.answer().status == 100
        assert client.send(b"hello").answer().json()["digest"] == HELLO

    def continues_for_nobody():
        """Whose request will be refused is not asked for the body."""
        client = plain(cookie="").asks("/says", "Accept: application/json", "Expect: 100-continue", "Content-Length: 5", method="POST")
        answer = client.answer()
        assert answer.status == 401, answer
        # Either the connection ends, or what comes next is read as the body that was announced, never as a request of its own.
        name = word()
        try:
            client.send("hello").asks(f"/says?x={name}", "Accept: application/json", "Connection: close")
            rest = client.all(seconds=SOON)
        except (ssl.SSLError, OSError):
            rest = []
        assert ledger(name) == [] and [each.status for each in rest] in ([], [401]), rest
        return f"401, then {'the connection ends' if not rest else 'the body is drained'}"

    def not_from_the_old():
        """HTTP/1.0 knows no interim answers (RFC 9110, section 10.1.1)."""
        client = plain()
        client.send(f"POST /says HTTP/1.0\r\n{client.fields('Expect: 100-continue', 'Content-Length: 5')}\r\nhello")
        answer = client.answer()
        assert answer.status == 200 and answer.json()["digest"] == HELLO, answer

    def expects(value):
        def deed():
            name, client = word(), plain()
            client.asks(f"/says?x={name}", value, "Content-Length: 5", method="POST", body=b"hello")
            answer = client.answer()
            assert answer.status in (400, 417), answer
            assert ledger(name) == []
            return str(answer.status)

        return deed

    def head():
        client = plain()
        got = client.asks("/page").answer()
        for _ in range(3):
            answer = client.asks("/page", method="HEAD").answer("HEAD")
            assert answer.status == 200, answer
            for field in ("content-length", "content-type"):
                assert answer.field(field) == got.field(field) is not None, answer
        client.asks("/many?n=70000&chunked=1", method="HEAD")
        assert client.answer("HEAD").status == 200
        assert client.asks("/page").answer().body == got.body, "something followed the answer to HEAD"

    def bodiless(status):
        def deed():
            client = plain()
            for method in ("GET", "POST", "HEAD"):
                answer = client.asks(f"/{status}", *(["Content-Length: 0"] if method == "POST" else []), method=method).answer(method)
                assert answer.status == status and answer.field("transfer-encoding") is None, answer
                assert status != 204 or answer.field("content-length") is None, answer
                assert answer.field("etag") == '"one"', answer
            assert client.asks("/page").answer().status == 200

        return deed

    def absolute():
        name, client = word(), plain()
        client.send(f"GET https://{host}:{stage.port}/says?x={name} HTTP/1.1\r\n{client.fields()}\r\n")
        answer = client.answer()
        assert answer.status == 200 and answer.json()["target"] == f"/says?x={name}", answer
        assert dict(fields(answer))["host"] == f"{host}:{stage.port}"
        client.send(f"OPTIONS https://{host}:{stage.port}/says?x={name} HTTP/1.1\r\n{client.fields()}\r\n")
        assert client.answer().json()["target"] == f"/says?x={name}"

    def absolute_elsewhere(target, status):
        def deed():
            name, client = word(), plain()
            client.send(f"GET {target.format(host=host, port=stage.port, name=name)} HTTP/1.1\r\n{client.fields()}\r\n")
            answer = client.answer()
            assert answer.status in status, answer
            assert ledger(name) == []
            return str(answer.status)

        return deed

    def star():
        """RFC 9110, section 9.3.7: about the server as a whole, so that we answer, and no app is asked about another target."""
        before, client = len(ledger("*")), plain()
        answer = client.send(f"OPTIONS * HTTP/1.1\r\n{client.fields()}\r\n").answer()
        assert answer.status in (200, 204), answer
        assert len(ledger("*")) == before, "an app was asked"
        assert client.asks("/page").answer().status == 200, "the connection does not go on"
        return str(answer.status)

    def star_of(method):
        def deed():
            client = plain()
            answer = client.send(f"{method} * HTTP/1.1\r\n{client.fields()}\r\n").answer()
            assert answer is None or 400 <= answer.status < 500, answer
            assert ledger("*") == []
            return str(answer and answer.status)

        return deed

    def forwards_left():
        """RFC 9110, section 7.6.2: less by one with each proxy; at zero the proxy answers as the last one."""
        name, client = word(), plain()
        answer = client.asks(f"/says?x={name}", "Max-Forwards: 5", method="OPTIONS").answer()
        assert dict(fields(answer))["max-forwards"] == "4", answer
        answer = client.asks(f"/says?x={name}", "Max-Forwards: 5").answer()
        assert answer.status == 200, "other methods have no such limit"

    def no_forwards_left():
        name, client = word(), plain()
        answer = client.asks(f"/says?x={name}", "Max-Forwards: 0", method="OPTIONS").answer()
        assert ledger(name) == [], "it was forwarded"
        assert answer.status in (200, 204), answer
        return str(answer.status)

    def old_version():
        client = plain()
        client.send(f"GET /many?n=100000&chunked=1 HTTP/1.0\r\n{client.fields()}\r\n")
        answer = client.answer()
        assert answer.status == 200 and len(answer.body) == 100_000 and answer.field("transfer-encoding") is None, answer
        client = plain()
        client.send(f"GET /says HTTP/1.0\r\n{client.fields()}\r\n")
        answer = client.answer()
        assert answer.status == 200 and client.closes(), "HTTP/1.0 without keep-alive goes on"
        client = plain()
        client.send(f"GET /says HTTP/1.0\r\n{client.fields('Connection: keep-alive')}\r\n")
        assert client.answer().status == 200
        client.send(f"GET /says HTTP/1.0\r\n{client.fields('Connection: keep-alive')}\r\n")
        again = client.answer()
        return f"HTTP/1.0 with keep-alive: {'goes on' if again else 'ends'}"

    def half_closed():
        """A client that has said everything may end its half: by TLS, and it gets the whole answer; by TCP, which over TLS
        means that it is gone. Half of an answer is never lawful."""
        seen = []
        for way in ("close_notify", "FIN"):
            name, client = word(), plain()
            client.asks(f"/slow?rate=20&x={name}", "Content-Length: 5", method="POST", body=b"hello")
            came = ends_half(client, way)
            whole = b"200" in came and HELLO.encode() in came
            assert whole or (way == "FIN" and not came), f"{way}: no answer, or half of one: {came[:300]!r}"
            seen.append(f"{way}: {'the whole answer' if whole else 'nothing'}")
        return ", ".join(seen)

    def half_an_upload():
        """A body that ends before its length is no request that an app may take for whole."""
        for way in ("close_notify", "FIN"):
            for framing, body in (("Content-Length: 100", b"hello"), ("Transfer-Encoding: chunked", b"5\r\nhello\r\n")):
                ended = stage.count("ended /swallow")
                client = plain().asks("/swallow", framing, method="POST", body=body)
                stage.waits_until(lambda: stage.count("open /swallow") > 0, "the app has no such request")
                came = ends_half(client, way)
                assert b"all of it" not in came, came
                stage.waits_until(lambda: stage.count("open /swallow") == 0, "the app still waits")
                assert stage.count("ended /swallow") == ended, f"{way}, {framing}: the app takes half a body for a whole one"

    def ends_half(client, way):
        """Ends this half by TLS or by TCP alone, and takes what still comes."""
        if way == "close_notify":
            client.tls.settimeout(0)
            try:
                client.tls.unwrap()
            except ssl.SSLWantReadError:
                # Ours is sent; theirs is not there yet.
                pass
            except ssl.SSLError as error:
                # Ours is sent, and what came is no good-bye but an answer, which Python does not give out any more.
                assert "APPLICATION_DATA_AFTER_CLOSE_NOTIFY" in str(error), error
                return client.buffer
        else:
            # The method of the TLS socket would forget the keys as well.
            socket.socket.shutdown(client.tls, socket.SHUT_WR)
        while client.fill(SOON):
            pass
        return client.buffer

    def early():
        """The app has answered and takes no more: the answer arrives, and nothing after it on this connection."""
        name, client = word(), plain()
        client.asks("/early", "Content-Length: 5000000", method="POST", body=b"x" * 20_000)
        answer = client.answer()
        assert answer.status == 413 and answer.body == b"too much\n", answer
        try:
            client.send(b"x" * 1000 + f"GET /says?x={name} HTTP/1.1\r\n{client.fields()}\r\n".encode())
            rest = client.all(seconds=SOON)
        except (ssl.SSLError, OSError):
            rest = []
        assert not rest and ledger(name) == [], rest

    def interim():
        client = plain()
        answer = client.asks("/interim?n=3").answer()
        assert answer.status == 200 and answer.body == b"after it" and answer.field("link") is None, answer
        assert client.asks("/interim?n=8").answer().status == 200
        assert client.asks("/interim?n=9").answer().status == 502
        return "3 and 8 are dropped, 9 are 502"

    def trailers():
        before, client = stage.count("trailers"), plain()
        body = b"5\r\nhello\r\n0\r\nX-Forwarded-User: root\r\nX-After: 1\r\n\r\n"
        client.asks("/says", "Transfer-Encoding: chunked", "Trailer: X-Forwarded-User", method="POST", body=body)
        answer = client.answer()
        assert answer.json()["digest"] == HELLO and stage.count("trailers") == before, "a trailer reached the app"
        assert "root" not in [value for _, value in fields(answer)] and not any(name == "trailer" for name, _ in fields(answer))

    def connection_fields():
        client = plain()
        answer = client.asks(
            "/says", "Connection: keep-alive, X-One", "X-One: 1", "Keep-Alive: timeout=5", "TE: trailers, gzip", "Proxy-Connection: close",
            "Upgrade: h2c", "HTTP2-Settings: AAMAAABk",
        ).answer()
        names = {name for name, _ in fields(answer)}
        assert answer.status == 200 and not names & {"connection", "x-one", "keep-alive", "proxy-connection", "upgrade", "http2-settings"}, names
        assert [value for name, value in fields(answer) if name == "via"] == ["1.1 vestibule"], fields(answer)

    def loops():
        name, client = word(), plain()
        answer = client.asks(f"/says?x={name}", "Via: 1.1 vestibule, 1.1 other, 1.1 vestibule").answer()
        assert answer.status == 508 and ledger(name) == [], answer

    def methods():
        for method in ("TRACE", "CONNECT"):
            name, client = word(), plain()
            target = f"{host}:{stage.port}" if method == "CONNECT" else f"/says?x={name}"
            answer = client.asks(target, method=method).answer()
            assert answer.status == 405 and answer.field("allow") and ledger(name) == [], answer

    def too_much():
        name, seen = word(), []
        for target, lines, status in (
            (f"/says?x={name}{'a' * 9_000}", [], {414}), (f"/says?x={name}", [f"X-Long: {'a' * 70_000}"], {431}),
            (f"/says?x={name}", [f"X-{at}: 1" for at in range(110)], {431}),
        ):
            client = plain()
            try:
                client.asks(target, *lines)
            except (ssl.SSLError, OSError):
                pass
            answer = client.answer()
            assert answer is None or answer.status in status, answer
            seen.append(str(answer and answer.status))
        assert ledger(name) == []
        return ", ".join(seen)

    works = [
        ("RFC 9112 9.3.2: twenty requests in one write", pipelining), ("RFC 9112 9.3.2: bodies of both framings in one write", pipelining_bodies),
        ("RFC 9112 9.6: nothing is answered after close", after_close), ("RFC 9112 2.2: byte by byte", byte_by_byte),
        ("RFC 9110 10.1.1: 100-continue is answered here", continues), ("RFC 9110 10.1.1: 100-continue, but not signed in", continues_for_nobody),
        ("RFC 9110 10.1.1: no interim answer in HTTP/1.0", not_from_the_old),
        *((f"E9: {value!r}", expects(value)) for value in (
            "Expect: y 100-continue", "Expect: 100-continue, x", "Expect: 200-ok", "Expect: 100-continue\r\nExpect: 100-continue",
            "Expect: \x0b100-continue", "Expect: 100-continue;a=1", "Expect: ",
        )),
        ("RFC 9110 9.3.2: HEAD", head), ("RFC 9110 15.3.5: 204", bodiless(204)), ("RFC 9110 15.4.5: 304", bodiless(304)),
        ("RFC 9112 3.2.2: absolute form", absolute),
        ("E6: absolute form of another host", absolute_elsewhere("https://other.acme.localhost:{port}/says?x={name}", (400, 421))),
        ("E6: absolute form of another port", absolute_elsewhere("https://{host}:1/says?x={name}", (400, 421))),
        ("E6: absolute form with user information", absolute_elsewhere("https://a@{host}:{port}/says?x={name}", (400,))),
        ("RFC 9112 3.2.4: OPTIONS *", star), ("RFC 9112 3.2.4: GET *", star_of("GET")), ("RFC 9112 3.2.4: POST *", star_of("POST")),
        ("RFC 9110 7.6.2: Max-Forwards counts down for OPTIONS", forwards_left),
        ("RFC 9110 7.6.2: Max-Forwards: 0 is answered here", no_forwards_left),
        ("HTTP/1.0: no chunks, and the end of the connection", old_version),
        ("half-close after a whole request", half_closed), ("half-close in the middle of a body", half_an_upload),
        ("the app answers before the body has come", early), ("RFC 9110 15.2: interim answers of the app", interim),
        ("RFC 9110 6.5.1: trailers of a request", trailers), ("E2: fields of the connection stay on it", connection_fields),
        ("E9: a loop by Via", loops),
        ("E4: TRACE and CONNECT", methods), ("G4: too long, too many", too_much),
    ]
    return works + http1_tricks.rows(stage, host, cookie)
