"""Logs: one line for each event, ids only. Tokens are removed from every line, in messages and tracebacks alike."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

TOKEN = re.compile(
    r"\b\d{5,}:[A-Za-z0-9_-]{20,}\b|\bvk1\.a\.[A-Za-z0-9_-]+|(?<=access_token=)[^&\s'\"]+|(?<=key=)[0-9a-f]{20,}"
)
QUIET = ("aiogram", "aiohttp", "apscheduler", "urllib3", "asyncio", "sqlalchemy", "vk_api")


def scrub(text: str) -> str:
    """The text without anything that looks like a token."""
    return TOKEN.sub("***", text)


def _scrubbed(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: scrub(value) if isinstance(value, str) else value for key, value in event.items()}


class _ScrubbingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


class _Lenient:
    """A stream that drops a line instead of raising: when the log's disk is full, the loops that log must go on."""

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
    """Log everything to stderr. Libraries log warnings and above only: at DEBUG they log requests, and requests contain
    texts.
    """
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
    handler.setFormatter(_ScrubbingFormatter("%(asctime)s [%(levelname)s] %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
