"""Connections to Одноклассники: signed REST calls and the group's Bot API, every call with a time limit.

Calls do not wait for each other. Every error becomes a `Refused` or an `Unanswered` here: the Bot API's token is in the
request's address, OK's signature errors repeat the signed string, and the library's exceptions contain both. So only
error names leave this module.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from config import washing

API_HOST = "https://api.ok.ru"
NOT_CONNECTED = (
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    ProxyError,
    ProxyTimeoutError,
    ProxyConnectionError,
)
"""Errors after which the request has certainly not reached OK."""
UNSIGNED = frozenset(("session_key", "access_token", "sig"))
_NAME = re.compile(r"[A-Z][A-Z_]{1,60}")


@dataclass(frozen=True)
class OkLimits:
    """Limits of calls to OK. `connect`, `call`: seconds to connect and for a whole call; `body`: the longest answer, in
    bytes; `together`: seconds for several feeds to arrive together (see `feeds.Listener`).
    """

    connect: float = 5.0
    call: float = 15.0
    body: int = 8 * 1024 * 1024
    together: float = 1.0


@dataclass(frozen=True)
class Refused:
    """OK answered the call with an error. `code`: the error's number; `name`: its name, such as PARAM_SIGNATURE."""

    code: int
    name: str

    @property
    def detail(self) -> str:
        return f"OK error {self.code} {self.name}".rstrip()


@dataclass(frozen=True)
class Unanswered:
    """The result of a call without a usable answer. `sent`: the request may have been carried out. `status`: the HTTP
    status, if there was one. `detail` is for the log."""

    detail: str
    sent: bool
    status: int | None = None


@dataclass(frozen=True)
class Answered:
    """A successful answer of OK; `value` is its JSON."""

    value: Any = field(repr=False)


Reply = Answered | Refused | Unanswered


def signature(params: Mapping[str, str], session_secret: str) -> str:
    """The parameter `sig` of a call: MD5 over the parameters, sorted by name and joined without separators, and the
    secret."""
    joined = "".join(f"{name}={params[name]}" for name in sorted(params) if name not in UNSIGNED)
    return hashlib.md5((joined + session_secret).encode(), usedforsecurity=False).hexdigest()


class Wire:
    """Connections to one address of OK. Each serves one call, so that a dead connection is not taken for a missing
    answer."""

    def __init__(self, limits: OkLimits, api_url: str | None, proxy: str | None = None) -> None:
        self._limits = limits
        self._proxy = proxy
        self._base = (api_url or API_HOST).rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self,
        verb: str,
        path: str,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Reply:
        """Send one request and return OK's answer; network errors become `Unanswered`, none is raised."""
        seconds = self._limits.call
        limit = aiohttp.ClientTimeout(total=seconds, connect=self._limits.connect)
        try:
            async with self._open().request(
                verb, self._base + path, params=query, data=form, json=body, allow_redirects=False, timeout=limit
            ) as response:
                return _answer(response.status, await self._read(response))
        except NOT_CONNECTED as error:
            return Unanswered(f"no connection: {type(error).__name__}", sent=False)
        except TimeoutError:
            return Unanswered(f"no answer within {seconds:g} s", sent=True)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Unanswered(type(error).__name__, sent=True)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            if self._proxy is None or self._proxy.startswith("http"):
                self._session = aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(force_close=True), proxy=self._proxy
                )
            else:
                socks = ProxyConnector.from_url(self._proxy, rdns=True, force_close=True)
                self._session = aiohttp.ClientSession(connector=socks)
        return self._session

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        read = bytearray()
        async for piece in response.content.iter_chunked(64 * 1024):
            read += piece
            if len(read) > self._limits.body:
                raise ValueError("too long")
        return bytes(read)


def _answer(status: int, content: bytes) -> Reply:
    try:
        value = washing.loads(content)
    except ValueError:
        return Unanswered(f"HTTP {status}, not JSON", sent=True, status=status)
    code = value.get("error_code") if isinstance(value, dict) else None
    if isinstance(code, int | str) and str(code).isdecimal():
        return Refused(int(code), _name(value.get("error_msg")))
    if status >= 300 or code is not None:
        return Unanswered(f"HTTP {status}", sent=True, status=status)
    return Answered(value)


def _name(words: object) -> str:
    """The name of OK's error: PARAM_SIGNATURE from «PARAM_SIGNATURE : Invalid signature …»; "" if there is none."""
    found = _NAME.match(words) if isinstance(words, str) else None
    return found[0] if found else ""


@dataclass(frozen=True)
class Session:
    """The keys of a group administrator's REST session, from the application's settings."""

    app_key: str = field(repr=False)
    access_token: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Rest:
    """Signed REST calls in one administrator's session."""

    wire: Wire
    session: Session

    async def call(self, method: str, **params: str | int | bool | None) -> Reply:
        """Call a REST method and return OK's reply; parameters that are None are omitted."""
        values = {name: _word(value) for name, value in params.items() if value is not None}
        values |= {"application_key": self.session.app_key, "format": "json", "method": method}
        values["sig"] = signature(values, self.session.secret)
        values["access_token"] = self.session.access_token
        return await self.wire.send("POST", "/fb.do", form=values)


@dataclass(frozen=True)
class Graph:
    """Calls of OK's Bot API in the name of the group whose token it is."""

    wire: Wire
    token: str = field(repr=False)

    async def get(self, path: str, **params: str | int | None) -> Reply:
        """Send a GET request for the path under /graph/ and return OK's reply; parameters that are None are omitted."""
        query = {name: _word(value) for name, value in params.items() if value is not None}
        return await self.wire.send("GET", f"/graph/{path}", query={**query, "access_token": self.token})

    async def post(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Send a POST request for the path under /graph/ with a JSON body and return OK's reply."""
        return await self.wire.send("POST", f"/graph/{path}", query={"access_token": self.token}, body=body)


def _word(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
