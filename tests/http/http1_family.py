"""HTTP/1.1 on bare sockets: what must work, and the tricks of rows F1 and F2, each beside a lawful twin that must pass."""

import hashlib
import json
import socket
import ssl
import time
import uuid

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
        client.send(f"GET /says?x={name} HTTP/1.1\r\n{client.fields('Connection: close')}\r\nGET /says?x={name}-late HTTP/1.1\r\n{client.fields()}\r\n")
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
            assert answer.status == 200 and answer.field("content-length") == got.field("content-length") and answer.field("content-type") == got.field("content-type"), answer
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
        """A client that has said everything may end its half. Both are lawful: the whole answer, or none; half of one is not."""
        seen = []
        for way in ("close_notify", "FIN"):
            name, client = word(), plain()
            client.asks(f"/slow?rate=20&x={name}", "Content-Length: 5", method="POST", body=b"hello")
            came = ends_half(client, way)
            whole = b"200" in came and HELLO.encode() in came
            assert whole or not came, f"{way}: half an answer: {came[:300]!r}"
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
        client.asks("/says", "Transfer-Encoding: chunked", "Trailer: X-Forwarded-User", method="POST", body=b"5\r\nhello\r\n0\r\nX-Forwarded-User: root\r\nX-After: 1\r\n\r\n")
        answer = client.answer()
        assert answer.json()["digest"] == HELLO and stage.count("trailers") == before, "a trailer reached the app"
        assert "root" not in [value for _, value in fields(answer)] and not any(name == "trailer" for name, _ in fields(answer))

    def connection_fields():
        client = plain()
        answer = client.asks("/says", "Connection: keep-alive, X-One", "X-One: 1", "Keep-Alive: timeout=5", "TE: trailers, gzip", "Proxy-Connection: close", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk").answer()
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
            "Expect: y 100-continue", "Expect: 100-continue, x", "Expect: 200-ok", "Expect: 100-continue\r\nExpect: 100-continue", "Expect: \x0b100-continue",
            "Expect: 100-continue;a=1", "Expect: ",
        )),
        ("RFC 9110 9.3.2: HEAD", head), ("RFC 9110 15.3.5: 204", bodiless(204)), ("RFC 9110 15.4.5: 304", bodiless(304)),
        ("RFC 9112 3.2.2: absolute form", absolute),
        ("E6: absolute form of another host", absolute_elsewhere("https://other.acme.localhost:{port}/says?x={name}", (400, 421))),
        ("E6: absolute form of another port", absolute_elsewhere("https://{host}:1/says?x={name}", (400, 421))),
        ("E6: absolute form with user information", absolute_elsewhere("https://a@{host}:{port}/says?x={name}", (400,))),
        ("RFC 9112 3.2.4: OPTIONS *", star), ("RFC 9112 3.2.4: GET *", star_of("GET")), ("RFC 9112 3.2.4: POST *", star_of("POST")),
        ("RFC 9110 7.6.2: Max-Forwards counts down for OPTIONS", forwards_left), ("RFC 9110 7.6.2: Max-Forwards: 0 is answered here", no_forwards_left),
        ("HTTP/1.0: no chunks, and the end of the connection", old_version),
        ("half-close after a whole request", half_closed), ("half-close in the middle of a body", half_an_upload),
        ("the app answers before the body has come", early), ("RFC 9110 15.2: interim answers of the app", interim),
        ("RFC 9110 6.5.1: trailers of a request", trailers), ("E2: fields of the connection stay on it", connection_fields), ("E9: a loop by Via", loops),
        ("E4: TRACE and CONNECT", methods), ("G4: too long, too many", too_much),
    ]

    # Tricks

    def post(lines, body, line="POST {target} HTTP/1.1", host_line=True):
        return lambda client, target: (
            line.format(target=target) + "\r\n" + "".join(f"{each}\r\n" for each in client.fields().split("\r\n") if each and (host_line or not each.startswith("Host")))
            + "".join(f"{each}\r\n" for each in lines) + "\r\n" + body
        )

    def get(*lines, **more):
        return post(lines, "", line=more.pop("line", "GET {target} HTTP/1.1"), **more)

    chunked, twin = "Transfer-Encoding: chunked", post(["Content-Length: 5"], "hello")
    chunked_twin = post([chunked], "5\r\nhello\r\n0\r\n\r\n")
    bodiless_twin = get("X-A: 1")
    length = "Content-Length: {}".format
    # name, the trick, its lawful twin, and what may become of it: `refused` without a trace, or read in the `one` lawful way.
    tricks = [
        ("CL.TE", post([length(6), chunked], "0\r\n\r\nG"), chunked_twin, "one"), ("TE.CL", post([chunked, length(3)], "5\r\nhello\r\n0\r\n\r\n"), chunked_twin, "one"),
        ("two lengths", post([length(5), length(6)], "hello"), twin, "refused"), ("two lengths, the other order", post([length(6), length(5)], "hello!"), twin, "refused"),
        ("the same length twice", post([length(5), length(5)], "hello"), twin, "one"), ("a list of lengths", post([length("5, 5")], "hello"), twin, "one"),
        ("a list of two lengths", post([length("5, 6")], "hello"), twin, "refused"), ("signed length", post([length("+5")], "hello"), twin, "refused"),
        ("negative length", post([length("-5")], "hello"), twin, "refused"), ("hexadecimal length", post([length("0x5")], "hello"), twin, "refused"),
        ("length 2^64", post([length(2**64)], "hello"), twin, "refused"), ("length 2^64 + 5", post([length(2**64 + 5)], "hello"), twin, "refused"),
        ("empty length", post([length("")], ""), twin, "refused"), ("length with a space", post([length("5 5")], "hello"), twin, "refused"),
        ("length with a letter", post([length("5a")], "hello"), twin, "refused"), ("length with a point", post([length("5.0")], "hello"), twin, "refused"),
        ("length folded", post(["Content-Length:\r\n 5"], "hello"), twin, "refused"), ("length, space before the colon", post(["Content-Length : 5"], "hello"), twin, "refused"),
        ("length by an alias", post(["Content_Length: 5"], "hello"), twin, "refused"),
        ("gzip, chunked", post(["Transfer-Encoding: gzip, chunked"], "5\r\nhello\r\n0\r\n\r\n"), chunked_twin, "refused"),
        ("chunked, identity", post(["Transfer-Encoding: chunked, identity"], "5\r\nhello\r\n0\r\n\r\n"), chunked_twin, "refused"),
        ("chunked, chunked", post(["Transfer-Encoding: chunked, chunked"], "5\r\nhello\r\n0\r\n\r\n"), chunked_twin, "refused"),
        ("chunked twice", post([chunked, chunked], "5\r\nhello\r\n0\r\n\r\n"), chunked_twin, "refused"),
        ("identity", post(["Transfer-Encoding: identity"], "hello"), chunked_twin, "refused"), ("xchunked", post(["Transfer-Encoding: xchunked"], "0\r\n\r\n"), chunked_twin, "refused"),
        ("chunked in quotes", post(['Transfer-Encoding: "chunked"'], "0\r\n\r\n"), chunked_twin, "refused"),
        ("chunked with a parameter", post(["Transfer-Encoding: chunked;q=1"], "0\r\n\r\n"), chunked_twin, "refused"),
        ("empty encoding", post(["Transfer-Encoding: "], "0\r\n\r\n"), chunked_twin, "refused"), ("TE vertical tab", post(["Transfer-Encoding: \x0bchunked"], "0\r\n\r\n"), chunked_twin, "refused"),
        ("TE space before the colon", post(["Transfer-Encoding : chunked"], "0\r\n\r\n"), chunked_twin, "refused"),
        ("TE folded", post(["Transfer-Encoding:\r\n chunked"], "0\r\n\r\n"), chunked_twin, "refused"), ("TE by an alias", post(["Transfer_Encoding: chunked"], ""), chunked_twin, "refused"),
        ("TE in HTTP/1.0", post([chunked], "5\r\nhello\r\n0\r\n\r\n", line="POST {target} HTTP/1.0"), chunked_twin, "refused"),
        ("chunk size signed", post([chunked], "+5\r\nhello\r\n0\r\n\r\n"), chunked_twin, "cut"), ("chunk size 0x5", post([chunked], "0x5\r\nhello\r\n0\r\n\r\n"), chunked_twin, "cut"),
        ("chunk size with a space before", post([chunked], " 5\r\nhello\r\n0\r\n\r\n"), chunked_twin, "cut"), ("chunk size empty", post([chunked], "\r\nhello\r\n0\r\n\r\n"), chunked_twin, "cut"),
        ("chunk size negative", post([chunked], "-5\r\nhello\r\n0\r\n\r\n"), chunked_twin, "cut"), ("chunk size over 2^64", post([chunked], "10000000000000005\r\nhello\r\n0\r\n\r\n"), chunked_twin, "cut"),
        ("chunk longer than said", post([chunked], "3\r\nhello\r\n0\r\n\r\n"), chunked_twin, "cut"), ("chunk without its CRLF", post([chunked], "5\r\nhello0\r\n\r\n"), chunked_twin, "cut"),
        ("bare LF after the size", post([chunked], "5\nhello\r\n0\r\n\r\n"), chunked_twin, "cut"), ("bare CR after the size", post([chunked], "5\rhello\r\n0\r\n\r\n"), chunked_twin, "cut"),
        ("bare LF after the chunk", post([chunked], "5\r\nhello\n0\r\n\r\n"), chunked_twin, "cut"), ("LF in an extension", post([chunked], "5;a=\nb\r\nhello\r\n0\r\n\r\n"), chunked_twin, "cut"),
        ("CR in an extension", post([chunked], "5;a=\rb\r\nhello\r\n0\r\n\r\n"), chunked_twin, "cut"), ("an extension of 20 KB", post([chunked], f"5;a={'b' * 20_000}\r\nhello\r\n0\r\n\r\n"), post([chunked], "5;a=b\r\nhello\r\n0\r\n\r\n"), "cut"),
        ("trailers of 200 KB", post([chunked], "5\r\nhello\r\n0\r\n" + "X-A: " + "b" * 200_000 + "\r\n\r\n"), post([chunked], "5\r\nhello\r\n0\r\nX-A: b\r\n\r\n"), "cut"),
        ("trailers by the thousand", post([chunked], "5\r\nhello\r\n0\r\n" + "X-A: b\r\n" * 5_000 + "\r\n"), post([chunked], "5\r\nhello\r\n0\r\nX-A: b\r\n\r\n"), "cut"),
        ("F2: obs-fold", get("X-A: 1\r\n X-Forwarded-User: root"), bodiless_twin, "refused"), ("F2: obs-fold with a tab", get("X-A: 1\r\n\tX-Forwarded-User: root"), bodiless_twin, "refused"),
        ("F2: space before the colon", get("X-A : 1"), bodiless_twin, "refused"), ("F2: tab before the colon", get("X-A\t: 1"), bodiless_twin, "refused"),
        ("F2: space before the first field", get(line="GET {target} HTTP/1.1\r\n X-A: 1"), bodiless_twin, "refused"), ("F2: NUL in a value", get("X-A: a\0b"), bodiless_twin, "refused"),
        ("F2: CR in a value", get("X-A: a\rX-Forwarded-User: root"), bodiless_twin, "refused"), ("F2: DEL in a value", get("X-A: a\x7fb"), bodiless_twin, "refused"),
        ("F2: control in a value", get("X-A: a\x01b"), bodiless_twin, "refused"), ("F2: empty name", get(": a"), bodiless_twin, "refused"), ("F2: 8-bit name", get("X-\xe9: a"), bodiless_twin, "refused"),
        ("F2: name in brackets", get("X-(A): a"), bodiless_twin, "refused"), ("F2: no colon", get("nonsense"), bodiless_twin, "refused"), ("F2: a blank in a name", get("X A: a"), bodiless_twin, "refused"),
        ("F2: HTTP/0.9", lambda client, target: f"GET {target}\r\n\r\n", bodiless_twin, "refused"), ("F2: HTTP/1.10", get(line="GET {target} HTTP/1.10"), bodiless_twin, "refused"),
        ("F2: HTTP/1.2", get(line="GET {target} HTTP/1.2"), bodiless_twin, "refused"), ("F2: HTTP/2.0", get(line="GET {target} HTTP/2.0"), bodiless_twin, "refused"),
        ("F2: http/1.1", get(line="GET {target} http/1.1"), bodiless_twin, "refused"), ("F2: no version digits", get(line="GET {target} HTTP/"), bodiless_twin, "refused"),
        ("F2: two spaces", get(line="GET  {target} HTTP/1.1"), bodiless_twin, "refused"), ("F2: a space at the end", get(line="GET {target} HTTP/1.1 "), bodiless_twin, "refused"),
        ("F2: tabs in the line", get(line="GET\t{target}\tHTTP/1.1"), bodiless_twin, "refused"), ("F2: a space before the line", get(line=" GET {target} HTTP/1.1"), bodiless_twin, "refused"),
        ("F2: method in lower case", get(line="get {target} HTTP/1.1"), bodiless_twin, "refused"), ("F2: control in the method", get(line="GE\x0bT {target} HTTP/1.1"), bodiless_twin, "refused"),
        ("F2: brackets in the method", get(line="G(E)T {target} HTTP/1.1"), bodiless_twin, "refused"), ("F2: control in the target", get(line="GET {target}\x01 HTTP/1.1"), bodiless_twin, "refused"),
        ("F2: 8 bits in the target", get(line="GET {target}\xff HTTP/1.1"), bodiless_twin, "refused"), ("F2: a blank in the target", get(line="GET {target} a HTTP/1.1"), bodiless_twin, "refused"),
        ("F2: a fragment in the target", get(line="GET {target}#a HTTP/1.1"), bodiless_twin, "one"), ("F2: a target without slash", get(line="GET says HTTP/1.1"), bodiless_twin, "refused"),
        ("F2: a bare LF ends the line", lambda client, target: get()(client, target).replace("\r\n", "\n"), bodiless_twin, "one"),
        ("F2: a bare CR ends the line", lambda client, target: get()(client, target).replace("HTTP/1.1\r\n", "HTTP/1.1\r"), bodiless_twin, "refused"),
        ("E6: no Host", get(host_line=False), bodiless_twin, "refused"), ("E6: Host twice", get(f"Host: {host}"), bodiless_twin, "refused"),
        ("E6: Host of another name", get("Host: other.acme.localhost", host_line=False), bodiless_twin, "refused"), ("E6: empty Host", get("Host: ", host_line=False), bodiless_twin, "refused"),
        ("E6: two hosts in one", get(f"Host: {host}, other.example", host_line=False), bodiless_twin, "refused"), ("E6: Host with a path", get(f"Host: {host}/a", host_line=False), bodiless_twin, "refused"),
        ("PRI", lambda client, target: f"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET {target} HTTP/1.1\r\n{client.fields()}\r\n", bodiless_twin, "refused"),
    ]

    def trick(raw, lawful, verdict):
        def deed():
            # The control first: beside the one byte that makes the trick, all is as it should be.
            name, client = word(), plain()
            answer = client.send(lawful(client, f"/says?x={name}")).answer()
            assert answer.status == 200 and len(ledger(name)) == 1, f"the twin: {answer}"
            assert client.asks("/page").answer().status == 200, "the twin's connection does not go on"
            client.close()
            name, client = word(), plain()
            smuggled = f"GET /says?x={name}-smuggled HTTP/1.1\r\n{client.fields('Connection: close')}\r\n"
            message = raw(client, f"/says?x={name}").encode("latin-1")
            try:
                client.send(message + smuggled.encode())
                answers = []
                began = time.monotonic()
                while time.monotonic() - began < SOON and (answer := client.answer(seconds=SOON)) is not None:
                    answers.append(answer)
            except (ssl.SSLError, OSError):
                answers = []
            reached = stage.ledger(name)
            told = f"{[each.status for each in answers]}, {len(reached)} reached the app; sent {message[:400]!r}"
            assert not any("smuggled" in each["target"] for each in reached) or verdict == "one" and answers and answers[0].status == 200, told
            statuses = [each.status for each in answers]
            if verdict == "refused":
                assert not reached, told
                assert statuses in ([], [400], [405], [414], [421], [431], [505]), told
            elif verdict == "cut":
                # The head was in order and may have reached the app; its body never ended, and the connection does. It is the
                # client's fault, and no app's.
                assert statuses in ([], [400], [413], [431]), told
            elif 400 in statuses:
                assert statuses == [400] and not reached, told
            else:
                # What was judged is what the app saw: as many requests as answers, and nothing that no target has.
                assert statuses[:1] == [200] and len(reached) == len([each for each in statuses if each == 200]), told
                assert not any("#" in each["target"] for each in reached), told
            assert not client.buffer, f"and {client.buffer[:100]!r}"
            return f"{statuses or 'the connection ends'}, {len(reached)} reached the app"

        return deed

    return works + [(f"F1: {name}" if not name[:3] in ("F2:", "E6:") else name, trick(raw, lawful, verdict)) for name, raw, lawful, verdict in tricks]
