"""Connections to VK: one `Lane` is one vk-api client with its own connection, lock and time limits.

vk-api blocks without timeouts, retries error 6 for ever, and puts the token into its exceptions. So each call runs in
its own daemon thread (a stuck one does not block shutdown); after the overall time limit we abandon the call and its
client. Every exception becomes a `Refused` or an `Unanswered` before it leaves this module.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests
import urllib3.exceptions
from jconfig import MemoryConfig  # type: ignore[import-untyped]
from requests.adapters import HTTPAdapter
from vk_api import VkApi
from vk_api.exceptions import TOO_MANY_RPS_CODE, ApiError, ApiHttpError, Captcha
from vk_api.vk_api import VkApiGroup

from config import washing
from networks.feeds import Clock

API_HOST = "https://api.vk.ru"
API_VERSION = "5.199"
CAPTCHA_CODE = 14
T = TypeVar("T")

# At DEBUG urllib3 logs whole request lines, which contain the long poll's key and upload tickets.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


@dataclass(frozen=True)
class VkLimits:
    """Limits of calls to VK, in seconds: `connect`; `read`, for each piece of an answer; `call`, for a whole call;
    `upload`, for a whole upload; `too_fast_tries` and `too_fast_pause`: how often, and after what pause, a call that
    came too fast (error 6) is tried; `community_pace` and `other_pace`: between two calls with a community's token (VK
    takes 20 a second) or another (3); `together`: for feeds to come together (see `feeds.Listener`)."""

    connect: float = 5.0
    read: float = 20.0
    call: float = 40.0
    upload: float = 120.0
    too_fast_tries: int = 3
    too_fast_pause: float = 0.5
    community_pace: float = 0.05
    other_pace: float = 0.34
    together: float = 1.0


@dataclass(frozen=True)
class Refused:
    """VK answered the call with an error: its number and words."""

    code: int
    words: str

    @property
    def detail(self) -> str:
        return f"VK error {self.code}: {self.words}"


@dataclass(frozen=True)
class Unanswered:
    """The result of a call without a usable answer. `sent`: the request may have been carried out. `status`: the HTTP
    status, if there was one. `detail` is for the log."""

    detail: str
    sent: bool
    status: int | None = None


@dataclass(frozen=True)
class Answered:
    """A successful answer of VK; `value` is its JSON."""

    value: Any = field(repr=False)


Reply = Answered | Refused | Unanswered


class Turnstile:
    """Limits calls with one token to one per `seconds`, across all connections that use it."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._seconds = seconds
        self._clock = clock
        self._free_at = float("-inf")

    async def go(self) -> None:
        """Wait until a call with this token may be sent."""
        now = self._clock.monotonic()
        at = max(now, self._free_at)
        self._free_at = at + self._seconds
        if at > now:
            await self._clock.sleep(at - now)


class _Redirect(HTTPAdapter):
    """Sends the requests meant for VK's API to another address."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base.rstrip("/")

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if request.url is not None and request.url.startswith(API_HOST):
            request.url = self._base + request.url[len(API_HOST) :]
        return super().send(request, *args, **kwargs)


def names_are_its(proxy: str) -> str:
    """The proxy's address, written so that the proxy resolves host names: our machine may be unable to."""
    return re.sub("^socks5:", "socks5h:", re.sub("^socks4:", "socks4a:", proxy))


class TimedSession(requests.Session):
    """A session with timeouts that never reuses a connection, so that a dead connection is not taken for a missing
    answer."""

    def __init__(self, limits: VkLimits, api_url: str | None, proxy: str | None = None) -> None:
        super().__init__()
        self._limits = limits
        self.headers["Connection"] = "close"
        if proxy is not None:
            self.trust_env = False
            self.proxies = dict.fromkeys(("http", "https"), names_are_its(proxy))
        if api_url:
            self.trust_env = False
            self.mount(API_HOST, _Redirect(api_url))

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = (self._limits.connect, self._limits.read)
        response = super().request(method, url, *args, **kwargs)
        # vk-api parses answers with this; otherwise one number of thousands of digits would break the whole answer.
        response.json = lambda **how: washing.loads(response.content)  # type: ignore[method-assign]
        return response


async def in_thread(work: Callable[[], T], seconds: float) -> T:
    """Run `work` in a daemon thread and return its result. Raises what it raises, and TimeoutError after `seconds`."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def finish(value: T | None, error: BaseException | None) -> None:
        if result.done():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(value)  # type: ignore[arg-type]

    def run() -> None:
        value, error = None, None
        try:
            value = work()
        except Exception as raised:
            error = raised
        if not loop.is_closed():
            try:
                loop.call_soon_threadsafe(finish, value, error)
            except RuntimeError:  # the loop was closed meanwhile: nobody is waiting
                return

    threading.Thread(target=run, daemon=True, name="vk").start()
    return await asyncio.wait_for(result, seconds)


class Lane:
    """A connection to VK that makes calls with one token, one at a time; other lanes do not wait for it. `turnstile`:
    the token's rate limiter."""

    def __init__(
        self,
        token: str,
        limits: VkLimits,
        api_url: str | None,
        community: bool,
        turnstile: Turnstile,
        proxy: str | None = None,
    ) -> None:
        self._token = token
        self._proxy = proxy
        self._turnstile = turnstile
        self._limits = limits
        self._api_url = api_url
        self._client = VkApiGroup if community else VkApi
        self._turn = asyncio.Lock()
        self._renew()

    def __repr__(self) -> str:
        return "Lane(token=***)"

    async def call(self, method: str, seconds: float | None = None, **params: Any) -> Reply:
        """Call a method of VK and return the reply; parameters that are None are omitted. Only calls that VK certainly
        did not carry out are retried."""
        values = {name: value for name, value in params.items() if value is not None}
        async with self._turn:
            reply: Reply = Unanswered("not tried", sent=False)
            for attempt in range(self._limits.too_fast_tries):
                if attempt:
                    await asyncio.sleep(self._limits.too_fast_pause)
                await self._turnstile.go()
                reply = await self._once(lambda api: api.method(method, values), seconds or self._limits.call)
                if not (isinstance(reply, Refused) and reply.code == TOO_MANY_RPS_CODE):
                    break
            return reply

    async def upload(self, url: str, field_name: str, name: str, mime: str, data: bytes) -> Reply:
        """Upload one file to VK's upload server; the reply's value is the server's JSON."""

        def send(api: Any) -> Any:
            response = api.http.post(url, files={field_name: (name, data, mime)})
            response.raise_for_status()
            return response.json()

        async with self._turn:
            return await self._once(send, self._limits.upload)

    async def get(self, url: str, params: dict[str, Any], seconds: float) -> Reply:
        """Send one GET request that the server may answer only after `seconds`, as long polls do; return the reply."""
        patience = seconds + self._limits.read

        def fetch(api: Any) -> Any:
            response = api.http.get(url, params=params, timeout=(self._limits.connect, patience))
            response.raise_for_status()
            return response.json()

        async with self._turn:
            return await self._once(fetch, patience + self._limits.connect)

    def close(self) -> None:
        """Close the connections."""
        self._api.http.close()

    def _renew(self) -> None:
        api = self._client(
            token=self._token,
            api_version=API_VERSION,
            config=MemoryConfig,
            session=TimedSession(self._limits, self._api_url, self._proxy),
        )
        del api.error_handlers[TOO_MANY_RPS_CODE]
        # The library's own pause is each connection's, not the token's, and a clock set back would make it hours.
        api.RPS_DELAY = float("-inf")
        self._api: Any = api

    async def _once(self, work: Callable[[Any], Any], seconds: float) -> Reply:
        api = self._api

        def careful() -> Reply:
            try:
                return Answered(work(api))
            except Exception as error:
                return self._classify(error)

        try:
            return await in_thread(careful, seconds)
        except TimeoutError:
            self._renew()
        return Unanswered(f"no answer within {seconds:g} s", sent=True)

    def _classify(self, error: Exception) -> Reply:
        if isinstance(error, Captcha):
            return Refused(CAPTCHA_CODE, "Captcha needed")
        if isinstance(error, ApiError):
            words = str(error.error.get("error_msg", "")).replace(self._token, "***")
            return Refused(int(error.code), words[:200])
        if isinstance(error, ApiHttpError):
            return Unanswered(f"HTTP {error.response.status_code}", True, int(error.response.status_code))
        if isinstance(error, requests.HTTPError) and error.response is not None:
            return Unanswered(f"HTTP {error.response.status_code}", True, error.response.status_code)
        return Unanswered(type(error).__name__, sent=not _never_sent(error))


def _never_sent(error: Exception) -> bool:
    """Whether the connection was never made, so that the request cannot have been carried out."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = error.args[0] if error.args else None
    never = (
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ConnectTimeoutError,
        urllib3.exceptions.ProxyError,  # the connection through the proxy was not opened
    )
    if isinstance(error, requests.ConnectionError):
        return isinstance(getattr(reason, "reason", reason), never)
    return isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema)
