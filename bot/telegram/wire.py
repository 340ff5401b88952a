"""The connection to the Bot API: aiogram's session with timeouts of its own, a proxy, and calls that are answered raw.

It tells apart what aiogram does not: a request that certainly never left (`NeverSent`) and one whose end is not known.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TCPConnector,
)

from config import washing

NEVER_SENT = (ClientConnectorError, ConnectionTimeoutError, ClientHttpProxyError)
"""The connection did not come about, so Telegram has seen nothing."""


class NeverSent(Exception):  # noqa: N818 - it is said as a fact, not as a mistake
    """The request did not reach Telegram. Its text is the name of what went wrong and carries no address."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What came back, washed and unread; `body` is None where it was no JSON object."""

    status: int
    body: dict[str, Any] | None


@cache
def _shape_of(returning: Any) -> type[Response[Any]]:
    """The model of an answer, kept: pydantic forgets what nobody holds, and aiogram would have it built for every call,
    which takes ten times as long as the call."""
    return Response[returning]


@dataclass(frozen=True)
class Limits:
    """Seconds: to connect, for a whole call; and how much longer a call with files may take than one without."""

    connect: float = 10.0
    call: float = 20.0
    upload_times: int = 6

    @property
    def upload(self) -> int:
        """Seconds for a whole call with files."""
        return int(self.call * self.upload_times) or 1


class Session(AiohttpSession):
    """`limits` are looked at for each call."""

    def __init__(self, api_url: str | None, proxy: str | None, limits: Limits) -> None:
        socks = proxy is not None and not proxy.startswith("http")
        super().__init__(
            proxy=proxy if socks else None,
            api=TelegramAPIServer.from_base(api_url) if api_url else PRODUCTION,
        )
        self._http_proxy = None if socks else proxy
        self.limits = limits

    async def create_session(self) -> ClientSession:
        if self._session is None or self._session.closed:
            connector: TCPConnector = self._connector_type(**self._connector_init)
            self._session = ClientSession(connector=connector, proxy=self._http_proxy)
            self._should_reset_connector = False
        return self._session

    async def close(self) -> None:
        """The connections are closed. (aiogram waits a quarter of a second besides, which only matters to TLS.)"""
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
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        form = self.build_form_data(bot=bot, method=method)
        try:
            async with session.post(url, data=form, timeout=self._limited(timeout)) as answer:
                content = await answer.text(errors="replace")
        except NEVER_SENT as error:
            raise NeverSent(type(error).__name__) from None
        except TimeoutError:
            raise TelegramNetworkError(method=method, message="timeout") from None
        except (ClientError, OSError) as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from None
        _shape_of(method.__returning__)
        response = self.check_response(bot=bot, method=method, status_code=answer.status, content=content)
        return cast(TelegramType, response.result)

    async def raw(self, token: str, method: str, values: dict[str, Any], seconds: float) -> RawAnswer:
        """The answer as JSON, within `seconds`, and nothing made of it. Raises NeverSent, TimeoutError."""
        session = await self.create_session()
        url = self.api.api_url(token=token, method=method)
        try:
            async with session.post(url, json=values, timeout=self._limited(seconds)) as answer:
                content = await answer.text(errors="replace")
        except (ClientError, OSError) as error:
            if isinstance(error, asyncio.TimeoutError) and not isinstance(error, ConnectionTimeoutError):
                raise TimeoutError from None
            raise NeverSent(type(error).__name__) from None
        try:
            body = washing.loads(content)
        except ValueError:
            body = None
        return RawAnswer(answer.status, body if isinstance(body, dict) else None)

    async def download(self, url: str, limit: int) -> bytes | None:
        """The bytes behind an address; None when there are more than `limit`. Raises NeverSent for whatever went wrong."""
        session = await self.create_session()
        got = bytearray()
        try:
            async with session.get(url, timeout=self._limited(self.limits.call * 4)) as answer:
                if answer.status != 200:
                    raise NeverSent(f"status {answer.status}")
                async for chunk in answer.content.iter_chunked(65536):
                    got += chunk
                    if len(got) > limit:
                        return None
        except (ClientError, OSError) as error:
            raise NeverSent(type(error).__name__) from None
        return bytes(got)

    def _limited(self, seconds: float | None) -> ClientTimeout:
        return ClientTimeout(total=self.limits.call if seconds is None else seconds, connect=self.limits.connect)
