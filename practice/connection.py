"""One client's connection: requests in, replies out, everything logged."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import ssl
from typing import TYPE_CHECKING, Protocol, cast

from practice.http1 import BadRequestError, Request, RequestReader
from practice.log import Exchange, ExchangeLog
from practice.reply import Ending, Reply, ended_word, simple
from practice.wire import TlsPipe, all_read_by_peer, arm_reset

if TYPE_CHECKING:
    from practice.stats import Stats

logger = logging.getLogger(__name__)

_READ_AHEAD_BYTES = 262_144


class Answerer(Protocol):
    """What a connection asks: the site, or the control API."""

    def answer(self, request: Request, *, tls: bool) -> Reply: ...


class Hub:
    """What all connections of a server share."""

    def __init__(self, site: Answerer, stats: Stats, log: ExchangeLog | None) -> None:
        self.site = site
        self.stats = stats
        self.log = log
        self.connections: set[Connection] = set()

    @property
    def under_way(self) -> int:
        """Exchanges that have begun and are not in the log yet."""
        return sum(connection.answering for connection in self.connections)

    def close(self) -> None:
        for connection in list(self.connections):
            connection.drop()


class Connection(asyncio.Protocol):
    """Answers one request at a time, in order, however many are sent ahead.

    An ordinary answer is written and logged within the callback that read the request, so whoever
    has read it finds it in the log. Answers with pauses, and those the socket does not take at
    once, are played by a task.
    """

    _transport: asyncio.Transport

    def __init__(self, hub: Hub, tls: ssl.SSLContext | None = None) -> None:
        self._hub = hub
        self._pipe = TlsPipe(tls) if tls else None
        self._reader = RequestReader()
        self._peer = ""
        self._task: asyncio.Task[None] | None = None
        self._exchange: Exchange | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._no_more = False

    @property
    def answering(self) -> bool:
        return self._exchange is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport = cast("asyncio.Transport", transport)
        transport.set_write_buffer_limits(high=0)  # so that "no room" means "not all in the kernel"
        host, port = transport.get_extra_info("peername")[:2]
        self._peer = f"{host}:{port}"
        self._hub.connections.add(self)
        self._hub.stats.connections += 1

    def data_received(self, data: bytes) -> None:
        if self._pipe:
            try:
                data = self._pipe.receive(data)
            except ssl.SSLError:
                self._hub.stats.tls_failures += 1
                self._transport.write(self._pipe.to_send())
                self._transport.close()
                return
            self._transport.write(self._pipe.to_send())
        self._reader.feed(data)
        self._answer_waiting()
        if self._task and len(self._reader) > _READ_AHEAD_BYTES:
            self._transport.pause_reading()
        if self._pipe and self._pipe.closed:
            self.eof_received()

    def eof_received(self) -> bool:
        """The client sends no more; in the clear that may be all it closed, under TLS it left."""
        self._no_more = True
        if not self._task:
            self._leave()
        elif self._pipe:
            self._transport.abort()
        return True

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    def connection_lost(self, _: Exception | None) -> None:
        self._hub.connections.discard(self)
        if self._task:
            self._task.cancel()
        if self._exchange:
            self._record("aborted")
        elif unfinished := self._reader.leftover():
            self._exchange = self._new_exchange(unfinished)
            self._record("aborted")

    def drop(self) -> None:
        """The server stops."""
        self._transport.abort()

    def _answer_waiting(self) -> None:
        while not self._task and not self._transport.is_closing():
            try:
                request = self._reader.next()
            except BadRequestError as error:
                self._refuse(error)
                return
            if request is None:
                return
            self._exchange = exchange = self._new_exchange(request.raw)
            exchange.method, exchange.host = request.method, request.host
            exchange.target = request.target
            reply = self._hub.site.answer(request, tls=self._pipe is not None)
            if not request.keep_alive and reply.ending is Ending.KEEP:
                reply.ending = Ending.CLOSE
            exchange.status, exchange.fault = reply.status, reply.fault
            if reply.ending is Ending.KEEP and type(reply.parts) is tuple and len(reply.parts) == 1:
                self._send(reply.parts[0])
                if self._transport.is_closing():
                    return  # the client left: connection_lost says so
                if self._room.is_set():
                    self._record("complete")
                    continue
                reply.parts = ()  # all handed over; the task only waits for the kernel
            self._task = asyncio.get_running_loop().create_task(self._play(reply))

    async def _play(self, reply: Reply) -> None:
        try:
            await self._send_parts(reply)
        except Exception:  # whoever makes the parts as they are sent has a bug
            logger.exception("%s", self._exchange.target if self._exchange else self._peer)
            self._transport.abort()

    async def _send_parts(self, reply: Reply) -> None:
        await self._room.wait()
        for part in reply.parts:
            if self._transport.is_closing():
                return  # the client left: connection_lost says so
            if isinstance(part, bytes):
                self._send(part)
                await self._room.wait()
            else:
                await asyncio.sleep(part)
        if self._transport.is_closing():
            return
        if reply.ending is not Ending.KEEP:
            await self._end(reply.ending)
            return
        self._record("complete")
        self._task = None
        self._transport.resume_reading()
        self._answer_waiting()
        if self._no_more and not self._task:
            self._leave()

    async def _end(self, ending: Ending) -> None:
        exchange = self._exchange
        assert exchange
        if ending is Ending.CLOSE:
            self._record("complete")
            self._leave()
            return
        await all_read_by_peer(self._transport)
        if self._transport.is_closing():
            return  # the client went first: connection_lost says so
        self._record(ended_word(ending, len(exchange.sent)))
        if ending is Ending.RESET:
            arm_reset(self._transport)
            self._transport.abort()
        else:
            self._transport.close()

    def _send(self, part: bytes | float) -> None:
        assert isinstance(part, bytes)
        assert self._exchange
        self._exchange.sent.append(part)
        self._hub.stats.bytes_out += len(part)
        self._transport.write(self._pipe.encrypt(part) if self._pipe else part)

    def _refuse(self, error: BadRequestError) -> None:
        self._exchange = exchange = self._new_exchange(self._reader.leftover())
        self._reader = RequestReader()
        reply = simple(400, "text/plain", f"{error}\n".encode(), [("Connection", "close")])
        exchange.status, reply.ending = reply.status, Ending.CLOSE
        self._task = asyncio.get_running_loop().create_task(self._play(reply))

    def _new_exchange(self, request: bytes) -> Exchange:
        pipe = self._pipe
        self._hub.stats.bytes_in += len(request)
        return Exchange(
            started=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
            peer=self._peer,
            tls=pipe is not None,
            tls_version=pipe.version if pipe else None,
            cipher=pipe.cipher if pipe else None,
            request=request,
        )

    def _record(self, ended: str) -> None:
        exchange, self._exchange = self._exchange, None
        assert exchange
        self._hub.stats.count(exchange.status, exchange.fault, ended)
        if self._hub.log:
            self._hub.log.record(exchange, ended)

    def _leave(self) -> None:
        """Close politely: what was written still goes out."""
        if self._pipe:
            with contextlib.suppress(ssl.SSLError):
                self._transport.write(self._pipe.farewell())
        self._transport.close()
