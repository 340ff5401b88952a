"""Proxies on localhost: one that works (SOCKS5, RFC 1928, without a password) and some that answer nonsense or nothing."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

WANTS_A_PASSWORD = (
    b"HTTP/1.1 407 Proxy Authentication Required\r\n"
    b"Proxy-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)
GARBAGE = b"220 mail.example ESMTP\r\n"


@asynccontextmanager
async def says(answer: bytes) -> AsyncIterator[int]:
    """The port of a server that answers every connection with these bytes and hangs up."""

    async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(16)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(heard, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


class Socks:
    """A proxy that can `start` and `stop` repeatedly on one port; while stopped it refuses connections, and open ones
    are cut.
    """

    def __init__(self) -> None:
        self.port = 0
        self.begun = 0
        self._server: asyncio.Server | None = None
        self._carried: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"socks5://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._hears, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for one in list(self._carried):
            one.cancel()
        await asyncio.gather(*self._carried, return_exceptions=True)

    async def _hears(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.begun += 1
        task = asyncio.current_task()
        assert task is not None
        self._carried.add(task)
        there: asyncio.StreamWriter | None = None
        try:
            _, methods = await reader.readexactly(2)
            await reader.readexactly(methods)
            writer.write(b"\x05\x00")
            *_, kind = await reader.readexactly(4)
            size = 4 if kind == 1 else (await reader.readexactly(1))[0]
            await reader.readexactly(size)
            (port,) = struct.unpack(">H", await reader.readexactly(2))
            back, there = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            await asyncio.gather(_carry(reader, there), _carry(back, writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            self._carried.discard(task)
            for end in (writer, there):
                if end is not None:
                    end.transport.abort()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()
