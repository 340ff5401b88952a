"""Set up the log: one line for each event, with ids and no texts. Tokens are removed from every line. Of a library's
line only its fixed words and the place of an exception are written, because its values may be anybody's text."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

from bot.failures import place_of

TOKEN = re.compile(
    r"(?:\b|(?<=bot))\d{5,}:[A-Za-z0-9_-]{20,}\b|\bvk1\.a\.[A-Za-z0-9_-]+|(?<=access_token=)[^&\s'\"]+|(?<=key=)[0-9a-f]{20,}"
)
LONGEST = 200
QUIET = ("aiogram", "aiohttp", "apscheduler", "urllib3", "asyncio", "sqlalchemy", "vk_api")


def scrub(text: str) -> str:
    """The text with everything that looks like a token replaced by `***`."""
    return TOKEN.sub("***", text)


def _scrubbed(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: scrub(value) if isinstance(value, str) else value for key, value in event.items()}


class _WordsAlone(logging.Formatter):
    """Formats a library's log line: the first line of its message before any value is put in, and the place where an
    exception was raised. Addresses, values and exceptions' texts are left out: they are made of what strangers
    send."""

    def format(self, record: logging.LogRecord) -> str:
        words = scrub(str(record.msg).partition("\n")[0])[:LONGEST]
        error = record.exc_info[1] if record.exc_info else None
        said = f"{words}: {place_of(error)}" if error is not None else words
        return scrub(f"{self.formatTime(record)} [{record.levelname}] {record.name}: {said}")


class _Lenient:
    """Wraps a stream and drops a line instead of raising OSError: when the log's disk is full, the loops that log must
    go on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def set_up(*, verbose: bool = False) -> None:
    """Send the program's log to stderr, with debug lines if `verbose`. Libraries log warnings and above only: at DEBUG
    they log requests, and requests contain texts."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S"),
            structlog.processors.format_exc_info,
            _scrubbed,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), sort_keys=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Lenient(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WordsAlone())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
