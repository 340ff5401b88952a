"""What a library writes into the log: its own words and a place, never a value, an address or an exception's text."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.process import logs

TEXT = "третий день нет воды"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@contextmanager
def the_log() -> Iterator[io.StringIO]:
    """What the log holds at the end, set up as the bot does."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    root.handlers = []
    try:
        with redirect_stderr(stream):
            logs.set_up()
            yield stream
            gc.collect()
    finally:
        root.handlers, root.level = handlers, level


def test_a_librarys_line_is_its_words_without_the_values() -> None:
    with the_log() as log_is:
        log = logging.getLogger("urllib3.connectionpool")
        log.warning(
            "Retrying (%r) after connection broken by '%r': %s", 1, ValueError(TEXT), f"/wall?text={TEXT}&key={TOKEN}"
        )
        try:
            raise RuntimeError(f"{TEXT} {TOKEN}")
        except RuntimeError:
            log.exception("Error handling request from %s", "127.0.0.1")
        log.error(f"Task exception was never retrieved\nfuture: <Task exception=ValueError({TEXT!r})>")
        log.error(f"bot{TOKEN} " + "a" * 9000)
    lines = log_is.getvalue()
    assert (TEXT in lines, TOKEN in lines, max(map(len, lines.splitlines())) < 300) == (False, False, True)
    assert "Error handling request from %s: RuntimeError at test_logs.py:" in lines
    assert lines.count("\n") == 4


async def test_a_request_too_long_or_broken_leaves_no_text_of_its_own() -> None:
    with the_log() as log_is:

        async def broken(request: web.Request) -> web.Response:
            raise ValueError(request.query_string)

        app = web.Application()
        app.router.add_get("/broken", broken)
        async with TestClient(TestServer(app)) as client:
            assert (await client.get("/broken", params={"text": "secretwords"})).status == 500
            for line in (b"GET /" + b"secretwords" * 2000, b"GET /\x00secretwords", b"secretwords"):
                reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
                writer.write(line + b" HTTP/1.1\r\nHost: localhost\r\nX: " + b"secretwords" * 2000 + b"\r\n\r\n")
                assert b"400" in await reader.read(100)
                writer.close()
    lines = log_is.getvalue()
    assert ("ValueError at test_logs.py" in lines, "secretwords" in lines) == (True, False)


async def test_a_task_nobody_asked_after_leaves_no_text() -> None:
    with the_log() as log_is:

        async def fails() -> None:
            raise ValueError(TEXT)

        asyncio.create_task(fails()).add_done_callback(lambda task: None)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    lines = log_is.getvalue()
    assert ("Task exception was never retrieved" in lines, TEXT in lines) == (True, False)
