"""A local server that plays the public internet, and a page reader with a generous time limit."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.process.child import JOBS, Child
from networks.web.network import WebNetwork
from networks.web.wire import Streams, WebLimits, Wire
from tests.patience import PATIENT

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
PUBLIC = "93.184.216.34"
ARTICLE = """<!doctype html><html><head><title>Новости — Рощино</title>
<meta property="og:site_name" content="Рощино сегодня">
<meta property="article:published_time" content="2026-01-11T10:00:00+03:00">
<script>var x = "тайный скрипт";</script></head><body><nav><a href=/>Главная страница нашего сайта новостей</a></nav>
<article><h1>Третий день нет&nbsp;воды</h1><p>На улице Школьной <b>третий день</b> нет воды.<p>Жители звонят в водоканал.
<script>alert(1)</script></article><footer>Все права защищены, перепечатка запрещена</footer></body></html>"""


@dataclass
class Stand:
    """A local HTTP server; `names` is its DNS, `asked` and `reached` record look-ups and connections."""

    child: Child
    pages: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, list[list[str]]] = field(default_factory=lambda: {"site.example": [[PUBLIC]]})
    asked: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    port: int = 0

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.names.get(host)
        if answers is None:
            return [host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def connect(self, address: str, port: int, secure: ssl.SSLContext | None, name: str) -> Streams:
        self.reached.append(f"{address}:{port}")
        return await asyncio.open_connection("127.0.0.1", self.port, limit=32 * 1024)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head)
        self.writers.append(writer)
        body = self.pages.get(head.split(" ")[1])
        if body is not None:
            writer.write(body)
            writer.close()

    def gives(self, path: str, body: bytes, kind: str = "text/html", more: str = "", status: str = "200 OK") -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self.pages[path] = head.encode() + body

    def network(self, **limits: float) -> WebNetwork:
        wire = Wire(WebLimits(**({"seconds": PATIENT} | limits)), self.resolve, self.connect)  # type: ignore[arg-type]
        return WebNetwork(wire, self.child.window("page"), lambda: NOON)


@contextmanager
def a_reader() -> Iterator[Child]:
    """The child with its real jobs but a longer time limit, for slow machines."""
    child = Child({name: replace(job, seconds=PATIENT) for name, job in JOBS.items()}, PATIENT)
    yield child
    child.close()


@asynccontextmanager
async def a_stand(child: Child) -> AsyncIterator[Stand]:
    here = Stand(child)
    server = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    yield here
    for writer in here.writers:
        writer.transport.abort()
    server.close()
    await server.wait_closed()
    await asyncio.sleep(0)
