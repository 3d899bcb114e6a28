"""Bytes on TLS connections: HTTP/1.1 as typed, and frames of HTTP/2 of which nothing is taken care of."""

import json
import socket
import ssl
import struct
import time

import hpack

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM = ACK = 1
END_HEADERS, PADDED, PRIORITIZED = 4, 8, 32
ENABLE_CONNECT_PROTOCOL = 8
CODES = [
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
    "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
]


def connects(stage, host, *protocols, receive_buffer=None):
    """A TLS connection to loopback; the name goes into TLS."""
    plain = socket.socket()
    if receive_buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    plain.settimeout(10)
    plain.connect(("127.0.0.1", stage.port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return stage.tls(*protocols).wrap_socket(plain, server_hostname=host)


class Answer:
    """One answer of HTTP/1.1."""

    def __init__(self, head, body, whole):
        first, *lines = head.decode("latin-1").split("\r\n")
        self.version, status, *_ = first.split(" ")
        self.status, self.body, self.whole = int(status), body, whole
        self.fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]

    def field(self, name):
        return next((value for key, value in self.fields if key.lower() == name), None)

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status}{'' if self.whole else ' (cut)'} {self.fields} {self.body[:80]!r}"


class Plain:
    """HTTP/1.1, byte by byte."""

    def __init__(self, stage, host, cookie="", receive_buffer=None):
        self.stage, self.host, self.cookie = stage, host, cookie
        self.tls = connects(stage, host, "http/1.1", receive_buffer=receive_buffer)
        self.buffer, self.ended = b"", False

    def send(self, text):
        self.tls.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))
        return self

    def fields(self, *more):
        """The lines that every request has, and more."""
        return "".join(f"{line}\r\n" for line in (f"Host: {self.host}:{self.stage.port}", f"Cookie: {self.cookie}", *more) if line != "Cookie: ")

    def asks(self, target, *more, method="GET", body=b""):
        return self.send(f"{method} {target} HTTP/1.1\r\n{self.fields(*more)}\r\n".encode("latin-1") + body)

    def fill(self, seconds=10):
        """Takes what comes; False at the end."""
        self.tls.settimeout(seconds)
        try:
            part = self.tls.recv(65536)
        except TimeoutError:
            raise AssertionError(f"nothing within {seconds} s; so far {self.buffer[:300]!r}") from None
        except (ssl.SSLError, ConnectionError):
            part = b""
        self.buffer += part
        self.ended = self.ended or not part
        return bool(part)

    def until(self, mark, seconds=10):
        while mark not in self.buffer:
            if not self.fill(seconds):
                return None
        found, self.buffer = self.buffer.split(mark, 1)
        return found

    def exactly(self, length, seconds=10):
        while len(self.buffer) < length and self.fill(seconds):
            pass
        found, self.buffer = self.buffer[:length], self.buffer[length:]
        return found

    def answer(self, to="GET", seconds=10):
        """The next answer, by the rules of RFC 9112, section 6.3; None if the connection ends before one."""
        head = self.until(b"\r\n\r\n", seconds)
        if head is None:
            return None
        answer = Answer(head, b"", True)
        if to == "HEAD" or answer.status < 200 or answer.status in (204, 304):
            return answer
        if answer.field("transfer-encoding"):
            while True:
                line = self.until(b"\r\n", seconds)
                if not line:
                    answer.whole = False
                    return answer
                size = int(line, 16)
                piece = self.exactly(size + 2, seconds)
                answer.body += piece[:size]
                if len(piece) < size + 2:
                    answer.whole = False
                if not size or not answer.whole:
                    return answer
        length = answer.field("content-length")
        if length is None:
            while self.fill(seconds):
                pass
            answer.body, self.buffer = self.buffer, b""
            return answer
        answer.body = self.exactly(int(length), seconds)
        answer.whole = len(answer.body) == int(length)
        return answer

    def all(self, seconds=10):
        """Every answer until the connection ends."""
        answers = []
        while (answer := self.answer(seconds=seconds)) is not None:
            answers.append(answer)
        return answers

    def closes(self, seconds=10):
        """Waits for the end; whatever else comes is no end."""
        return not self.buffer and not self.fill(seconds)

    def close(self):
        self.tls.close()


class Frame:
    """One frame of HTTP/2."""

    def __init__(self, kind, flags, stream, payload):
        self.kind, self.flags, self.stream, self.payload = kind, flags, stream, payload

    def code(self):
        """The error of a RST_STREAM or GOAWAY."""
        number = struct.unpack_from(">I", self.payload, 4 if self.kind == GOAWAY else 0)[0]
        return CODES[number] if number < len(CODES) else str(number)

    def __repr__(self):
        names = "DATA HEADERS PRIORITY RST_STREAM SETTINGS PUSH_PROMISE PING GOAWAY WINDOW_UPDATE CONTINUATION".split()
        name = names[self.kind] if self.kind < len(names) else f"type {self.kind}"
        code = f", {self.code()}" if self.kind in (RST_STREAM, GOAWAY) else ""
        return f"{name}({self.stream}, flags {self.flags}, {len(self.payload)} bytes{code})"


def frame(kind, flags, stream, payload=b"", length=None):
    """Bytes of a frame; `length` may lie."""
    return struct.pack(">I", length if length is not None else len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(*pairs):
    return b"".join(struct.pack(">HI", name, value) for name, value in pairs)


def number(value):
    return struct.pack(">I", value)


class Multiplexed:
    """HTTP/2 by hand."""

    def __init__(self, stage, host, cookie="", opens=True, mine=()):
        self.stage, self.host, self.cookie = stage, host, cookie
        self.tls = connects(stage, host, "h2")
        assert self.tls.selected_alpn_protocol() == "h2", self.tls.selected_alpn_protocol()
        self.buffer, self.encoder, self.decoder = b"", hpack.Encoder(), hpack.Decoder(max_header_list_size=1 << 20)
        self.next_stream, self.theirs, self.seen = 1, {}, []
        if opens:
            self.send(PREFACE + frame(SETTINGS, 0, 0, settings(*mine)))
            self.until(lambda each: each.kind == SETTINGS and each.flags & ACK)

    def send(self, data):
        self.tls.sendall(data)
        return self

    def sends(self, kind, flags=0, stream=0, payload=b"", length=None):
        return self.send(frame(kind, flags, stream, payload, length))

    # What comes

    def next(self, seconds=5):
        """The next frame; None at the end. Settings are acknowledged and pings answered, as everybody does."""
        end = time.monotonic() + seconds
        while True:
            if len(self.buffer) >= 9:
                length = int.from_bytes(self.buffer[:3], "big")
                if len(self.buffer) >= 9 + length:
                    kind, flags, stream = struct.unpack_from(">BBI", self.buffer, 3)
                    found = Frame(kind, flags, stream & 0x7FFFFFFF, self.buffer[9:9 + length])
                    self.buffer = self.buffer[9 + length:]
                    self.seen.append(found)
                    self._minds(found)
                    return found
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.tls.settimeout(left)
            try:
                part = self.tls.recv(65536)
            except (ssl.SSLError, ConnectionError):
                return None
            if not part:
                return None
            self.buffer += part

    def _minds(self, found):
        try:
            if found.kind == SETTINGS and not found.flags & ACK:
                for name, value in struct.iter_unpack(">HI", found.payload):
                    self.theirs[name] = value
                self.sends(SETTINGS, ACK)
            elif found.kind == PING and not found.flags & ACK:
                self.sends(PING, ACK, 0, found.payload)
        except (OSError, ssl.SSLError):
            pass

    def until(self, wanted, seconds=5):
        """The first frame that is wanted; None at the end of the connection."""
        end = time.monotonic() + seconds
        while (found := self.next(max(0.001, end - time.monotonic()))) is not None:
            if wanted(found):
                return found
        return None

    # Requests

    def head(self, method="GET", path="/page", *more):
        fields = [(":method", method), (":scheme", "https"), (":authority", f"{self.host}:{self.stage.port}"), (":path", path)]
        return fields + ([("cookie", self.cookie)] if self.cookie else []) + list(more)

    def block(self, fields, raw=False):
        """A header block. Raw fields are written as literals without indexing, so that the encoder mends nothing."""
        if not raw:
            return self.encoder.encode(fields)
        return b"".join(b"\x00" + literal(name) + literal(value) for name, value in fields)

    def stream(self):
        """A fresh stream."""
        self.next_stream += 2
        return self.next_stream - 2

    def asks(self, path="/page", method="GET", *more, ends=True):
        """Sends a request; its stream."""
        stream = self.stream()
        self.sends(HEADERS, END_HEADERS | (END_STREAM if ends else 0), stream, self.block(self.head(method, path, *more)))
        return stream

    def answer(self, stream, seconds=10):
        """Status and body of a stream, with what ended it: `end`, a reset's code, or `gone`."""
        status, body, end = None, b"", time.monotonic() + seconds
        while (found := self.next(max(0.001, end - time.monotonic()))) is not None:
            if found.kind == GOAWAY and found.code() != "NO_ERROR":
                return status, body, found.code()
            if found.kind == HEADERS:
                # Also those of other streams change the table.
                fields = self.decoder.decode(found.payload)
                if found.stream == stream and status is None:
                    status = int(dict(fields)[":status"])
            if found.stream != stream:
                continue
            if found.kind == RST_STREAM:
                return status, body, found.code()
            if found.kind == DATA:
                body += found.payload
                if found.payload:
                    self.send(frame(WINDOW_UPDATE, 0, 0, number(len(found.payload))))
                    if not found.flags & END_STREAM:
                        self.send(frame(WINDOW_UPDATE, 0, stream, number(len(found.payload))))
            if found.kind in (HEADERS, DATA) and found.flags & END_STREAM:
                return status, body, "end"
        return status, body, "gone"

    def close(self):
        self.tls.close()


def literal(text, prefix=0x7F, high=0):
    """A string literal of HPACK, not compressed."""
    data = text.encode("latin-1") if isinstance(text, str) else text
    return integer(len(data), prefix, high) + data


def integer(value, prefix, high=0):
    """An integer of HPACK (RFC 7541, section 5.1)."""
    if value < prefix:
        return bytes([high | value])
    coded, value = [high | prefix], value - prefix
    while value >= 128:
        coded.append(value % 128 + 128)
        value //= 128
    return bytes([*coded, value])
