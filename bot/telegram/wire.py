"""The connection to the Bot API: aiogram's session with our time limits, a proxy, and requests that return raw
answers.

Unlike aiogram it distinguishes a request that certainly never left (`bot.leaving`) from one with an unknown outcome.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from bot.leaving import NeverSent, NotAnswered, Way, unanswered, watched
from bot.telegram.library import (
    PRODUCTION,
    AiohttpSession,
    Bot,
    Response,
    TelegramAPIServer,
    TelegramMethod,
    TelegramType,
    exceptions,
)
from config import washing

PROXY_WANTS_A_PASSWORD = 407
TOO_MANY = 429
UNSAID = 5
"""Seconds to wait after a 429 that names no time, as when a server between us and Telegram sends it."""
_SECONDS = re.compile(r"retry[ _]after\W{1,5}(\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """Telegram's answer as JSON, uninterpreted; NUL, lone surrogates and numbers beyond 64 bits are washed out.
    `body`: None if it was no JSON object."""

    status: int
    body: dict[str, Any] | None


@cache
def _shape_of(returning: Any) -> type[Response[Any]]:
    """The pydantic model of an answer with this result, cached: pydantic drops unreferenced models, and aiogram would
    rebuild it for every request, which takes ten times as long as the request."""
    return Response[returning]


@dataclass(frozen=True)
class Limits:
    """Time limits: seconds to connect, seconds for a whole request; and by what factor a request with files may take
    longer."""

    connect: float = 10.0
    call: float = 20.0
    upload_times: int = 6

    @property
    def upload(self) -> int:
        """Seconds for a whole request with files."""
        return int(self.call * self.upload_times) or 1


@cache
def _trusted() -> Any:
    """The TLS context with the certificates aiogram trusts, one for all bots of the process."""
    return AiohttpSession()._connector_init["ssl"]


class Session(AiohttpSession):
    """aiogram's session with our connection, proxy and time limits; `limits` are read for each request."""

    def __init__(self, api_url: str | None, proxy: str | None, limits: Limits) -> None:
        # Skip aiogram's __init__: it reads the certificates again for each bot, 20 ms of CPU time and half a megabyte.
        super(AiohttpSession, self).__init__(api=TelegramAPIServer.from_base(api_url) if api_url else PRODUCTION)
        self._session = None
        self._connector_type = TCPConnector
        self._connector_init = {"ssl": _trusted(), "limit": 100, "ttl_dns_cache": 3600}
        self._should_reset_connector, self._proxy = True, None
        socks = proxy is not None and not proxy.startswith("http")
        if proxy is not None and socks:
            self._setup_proxy_connector(proxy)
        self._http_proxy = None if socks else proxy
        self.limits = limits

    async def create_session(self) -> ClientSession:
        if self._session is None or self._session.closed:
            connector: TCPConnector = self._connector_type(**self._connector_init)
            self._session = ClientSession(connector=connector, proxy=self._http_proxy, trace_configs=[watched()])
            self._should_reset_connector = False
        return self._session

    async def close(self) -> None:
        """Close the connections. (aiogram also waits a quarter of a second, which matters to TLS only, so it is left
        out elsewhere.)"""
        if self.api.base.startswith("https"):
            await super().close()
        elif self._session is not None:
            await self._session.close()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        try:
            status, content = await self._post(url, timeout, data=self.build_form_data(bot=bot, method=method))
        except NeverSent:
            raise
        except NotAnswered as error:
            raise exceptions.TelegramNetworkError(method=method, message=str(error)) from None
        if status == TOO_MANY:
            raise exceptions.TelegramRetryAfter(
                method=method, message="Too Many Requests", retry_after=_seconds_of(content)
            )
        _shape_of(method.__returning__)
        response = self.check_response(bot=bot, method=method, status_code=status, content=content)
        return cast(TelegramType, response.result)

    async def raw(self, token: str, method: str, values: dict[str, Any], seconds: float) -> RawAnswer:
        """Make one request and return its answer as JSON, uninterpreted, within `seconds`. Raises NotAnswered."""
        status, content = await self._post(self.api.api_url(token=token, method=method), seconds, json=values)
        try:
            body = washing.loads(content)
        except ValueError:
            body = None
        return RawAnswer(status, body if isinstance(body, dict) else None)

    async def _post(self, url: str, seconds: float | None, **body: Any) -> tuple[int, str]:
        """Make one POST request; return the answer's status and text. Raises NotAnswered; NeverSent if Telegram has
        certainly seen nothing."""
        session, way = await self.create_session(), Way()
        try:
            async with session.post(url, timeout=self._limited(seconds), trace_request_ctx=way, **body) as answer:
                content = await answer.text(errors="replace")
        except Exception as error:  # the library for SOCKS proxies raises plain Exceptions
            raise unanswered(error, way) from None
        if answer.status == PROXY_WANTS_A_PASSWORD:
            raise NeverSent(f"status {PROXY_WANTS_A_PASSWORD}")
        return answer.status, content

    async def download(self, url: str, limit: int) -> bytes | None:
        """Download from an address; None if there are more than `limit` bytes. Raises NotAnswered."""
        session, way = await self.create_session(), Way()
        got = bytearray()
        try:
            patience = self._limited(self.limits.call * 4)
            async with session.get(url, timeout=patience, trace_request_ctx=way) as answer:
                if answer.status != 200:
                    raise NotAnswered(f"status {answer.status}")
                async for chunk in answer.content.iter_chunked(65536):
                    got += chunk
                    if len(got) > limit:
                        return None
        except NotAnswered:
            raise
        except Exception as error:  # the library for SOCKS proxies raises plain Exceptions
            raise unanswered(error, way) from None
        return bytes(got)

    def _limited(self, seconds: float | None) -> ClientTimeout:
        return ClientTimeout(total=self.limits.call if seconds is None else seconds, connect=self.limits.connect)


def _seconds_of(refusal: str) -> int:
    """How many seconds a 429 asks us to wait, by whichever of its fields says it; UNSAID if none does."""
    said = _SECONDS.search(refusal)
    return max(1, int(said[1])) if said else UNSAID
