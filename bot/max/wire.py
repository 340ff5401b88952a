"""The connection to MAX's Bot API, on aiohttp: one call is one attempt, and its answer is returned uninterpreted.

The public libraries repeat a POST after a 5xx or a broken connection, so that a working group gets the message twice.
Here nothing is repeated, and a request that certainly never left is distinguished from one that may have been carried
out (`bot.leaving`).
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, FormData, TCPConnector
from aiohttp_socks import ProxyConnector

from bot.leaving import NotAnswered, Way, unanswered, watched
from config import washing

API_HOST = "https://platform-api2.max.ru"
GONE = range(400, 429)


class RefusedFile(NotAnswered):
    """A file cannot be downloaded because its address leads to nothing, or no longer does."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """MAX's answer, washed and uninterpreted; `body` is None if it was no JSON object."""

    status: int
    body: dict[str, Any] | None


@dataclass(frozen=True)
class Limits:
    """Time limits: seconds to connect, seconds for a whole request; and by what factor a request with a file may take
    longer."""

    connect: float = 10.0
    call: float = 20.0
    upload_times: int = 6

    @property
    def upload(self) -> float:
        return self.call * self.upload_times


class Wire:
    """Makes the HTTP requests to MAX. `ca_file`: a PEM file with root certificates to trust besides the system's
    (MAX's chain ends in that of the Минцифры). `proxy`: the address of a proxy; None for a direct connection. `limits`
    are read for each call."""

    def __init__(
        self, token: str, api_url: str | None, ca_file: Path | None, limits: Limits, proxy: str | None = None
    ) -> None:
        self._proxy = proxy
        self._token = token
        self._base = (api_url or API_HOST).rstrip("/")
        self._ca_file = ca_file
        self._session: ClientSession | None = None
        self.limits = limits

    async def call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        seconds: float | None = None,
    ) -> RawAnswer:
        """Make one request and return the answer. `seconds`: its time limit if not the usual one. Raises NotAnswered;
        NeverSent if MAX has certainly seen nothing."""
        headers = {"Authorization": self._token}
        values: dict[str, Any] = {"params": params, "headers": headers, "allow_redirects": False}
        if body is not None:
            values["json"] = body
        return await self._made(method, f"{self._base}{path}", seconds, values)

    async def upload(self, url: str, name: str, data: bytes) -> RawAnswer:
        """Upload a file to the address that MAX named, without sending the token there. Raises NotAnswered."""
        form = FormData(quote_fields=False)  # MAX takes the name literally
        form.add_field("data", data, filename=name or "file", content_type="application/octet-stream")
        return await self._made("POST", url, self.limits.upload, {"data": form})

    async def download(self, url: str, limit: int) -> bytes | None:
        """Download from an address, without sending the token; None if there are more than `limit` bytes. Raises
        NotAnswered; RefusedFile if asking again is no use."""
        session, way = self._opened(), Way()
        got = bytearray()
        try:
            async with session.get(url, timeout=self._limited(self.limits.call * 4), trace_request_ctx=way) as answer:
                if answer.status != 200:
                    raise RefusedFile(f"status {answer.status}") if answer.status in GONE else NotAnswered("not 200")
                async for chunk in answer.content.iter_chunked(65536):
                    got += chunk
                    if len(got) > limit:
                        return None
        except NotAnswered:
            raise
        except Exception as error:  # also for an invalid address
            raise unanswered(error, way) from None
        return bytes(got)

    async def close(self) -> None:
        """Close the connections; requests under way are abandoned."""
        if self._session is not None:
            await self._session.close()

    async def _made(self, method: str, url: str, seconds: float | None, values: dict[str, Any]) -> RawAnswer:
        session, way = self._opened(), Way()
        try:
            async with session.request(
                method, url, timeout=self._limited(seconds), trace_request_ctx=way, **values
            ) as answer:
                content = await answer.read()
                status = answer.status
        except Exception as error:  # an invalid address, an untrusted certificate, a broken connection
            raise unanswered(error, way) from None
        try:
            found = washing.loads(content)
        except ValueError:
            found = None
        return RawAnswer(status, found if isinstance(found, dict) else None)

    def _opened(self) -> ClientSession:
        if self._session is None or self._session.closed:
            trusted = _trusting(self._ca_file) if self._ca_file is not None else True
            if self._proxy is None or self._proxy.startswith("http"):
                way = TCPConnector(ssl=trusted)
                self._session = ClientSession(connector=way, proxy=self._proxy, trace_configs=[watched()])
            else:
                socks = ProxyConnector.from_url(self._proxy, rdns=True, ssl=trusted)
                self._session = ClientSession(connector=socks, trace_configs=[watched()])
        return self._session

    def _limited(self, seconds: float | None) -> ClientTimeout:
        return ClientTimeout(total=self.limits.call if seconds is None else seconds, connect=self.limits.connect)


def _trusting(ca_file: Path) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(ca_file)
    return context
