"""A client of HTTP/2 by PyPI's `h2`, for asyncio: many streams on one connection, each with its own end."""

import asyncio

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings


class Stream:
    """One stream: status, what came, and how it ended (`end`, or the code of a reset, or `gone`)."""

    def __init__(self, client, number):
        self.client, self.number = client, number
        self.fields, self.trailers, self.ended = None, None, None
        self.headed, self.pieces = asyncio.Event(), asyncio.Queue()

    async def status(self):
        await self.headed.wait()
        return int(self.fields[":status"]) if self.fields else None

    async def read(self):
        """The next piece; None at the end, whichever it was."""
        if self.ended is not None and self.pieces.empty():
            return None
        piece = await self.pieces.get()
        if piece:
            self.client.took(self.number, len(piece))
        return piece

    async def whole(self):
        pieces = []
        while (piece := await self.read()) is not None:
            pieces.append(piece)
        return b"".join(pieces)

    async def send(self, data, ends=False):
        """As much at a time as the windows allow."""
        connection = self.client.connection
        while data:
            if self.ended not in (None, "end"):
                return
            room = min(connection.local_flow_control_window(self.number), connection.max_outbound_frame_size)
            if room <= 0:
                await self.client.moves()
                continue
            piece, data = data[:room], data[room:]
            connection.send_data(self.number, piece)
            await self.client.flush()
        if ends:
            connection.end_stream(self.number)
            await self.client.flush()

    async def reset(self):
        self.client.connection.reset_stream(self.number, 8)
        await self.client.flush()

    def _ends(self, how):
        if self.ended is None:
            self.ended = how
            self.headed.set()
            self.pieces.put_nowait(None)


class Client:
    """One connection."""

    def __init__(self, stage, host, cookie):
        self.stage, self.host, self.cookie, self.streams = stage, host, cookie, {}
        self.connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.moved, self.settled = asyncio.Event(), asyncio.Event()

    async def opens(self, window=2**20):
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.stage.port, ssl=self.stage.tls("h2"), server_hostname=self.host, limit=2**20
        )
        self.connection.local_settings = h2.settings.Settings(True, {
            h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window, h2.settings.SettingCodes.ENABLE_PUSH: 0,
        })
        self.connection.initiate_connection()
        self.connection.increment_flow_control_window(16 * 2**20)
        await self.flush()
        self.task = asyncio.create_task(self._listens())
        await asyncio.wait_for(self.settled.wait(), 10)
        return self

    @property
    def offers_websockets(self):
        return self.connection.remote_settings.enable_connect_protocol == 1

    async def flush(self):
        self.writer.write(self.connection.data_to_send())
        await self.writer.drain()

    async def moves(self):
        """Until a window may have grown."""
        self.moved.clear()
        await asyncio.wait_for(self.moved.wait(), 60)

    def took(self, number, length):
        if number in self.connection.streams and self.streams[number].ended is None:
            self.connection.acknowledge_received_data(length, number)
        else:
            self.connection.increment_flow_control_window(length)
        self.writer.write(self.connection.data_to_send())

    async def asks(self, path, method="GET", *more, ends=True):
        number = self.connection.get_next_available_stream_id()
        fields = [(":method", method), (":scheme", "https"), (":authority", f"{self.host}:{self.stage.port}"), (":path", path)]
        extended = [field for field in more if field[0].startswith(":")]
        cookie = [("cookie", self.cookie)] if self.cookie else []
        stream = self.streams[number] = Stream(self, number)
        self.connection.send_headers(number, fields + extended + cookie + [field for field in more if field not in extended], end_stream=ends)
        await self.flush()
        return stream

    async def _listens(self):
        try:
            while data := await self.reader.read(65536):
                for event in self.connection.receive_data(data):
                    self._hears(event)
                await self.flush()
        except (OSError, h2.exceptions.ProtocolError):
            pass
        for stream in self.streams.values():
            stream._ends("gone")
        self.moved.set()

    def _hears(self, event):
        stream = self.streams.get(getattr(event, "stream_id", None))
        if isinstance(event, h2.events.RemoteSettingsChanged):
            self.settled.set()
        elif isinstance(event, h2.events.ConnectionTerminated):
            for each in self.streams.values():
                if each.number > event.last_stream_id:
                    each._ends("gone")
        elif stream is None:
            pass
        elif isinstance(event, h2.events.ResponseReceived):
            stream.fields = dict(event.headers)
            stream.headed.set()
        elif isinstance(event, h2.events.DataReceived):
            if event.data:
                stream.pieces.put_nowait(event.data)
            if padding := event.flow_controlled_length - len(event.data):
                self.took(stream.number, padding)
        elif isinstance(event, h2.events.TrailersReceived):
            stream.trailers = dict(event.headers)
        elif isinstance(event, h2.events.StreamReset):
            code = event.error_code
            stream._ends(getattr(code, "name", str(code)))
        elif isinstance(event, h2.events.StreamEnded):
            stream._ends("end")
        self.moved.set()

    async def close(self):
        self.task.cancel()
        self.writer.close()
