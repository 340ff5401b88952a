"""Fetch one page from an untrusted address; only public pages are allowed.

Each hop resolves its host name once; all its addresses must be public, and the connection goes to the checked address,
so a name that changes between check and connection gains nothing. Only ports 80 and 443; we follow redirects ourselves
and check each one like the first address. Time and content type are limited; only the beginning of a long page is read,
compressed or not. Requests reveal nothing of us: no cookies, no credentials, no referrer.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import AF_UNSPEC, SOCK_STREAM
from urllib.parse import SplitResult, urljoin, urlsplit

from networks.port import LinkTrouble

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""A coroutine function that resolves a host name and port to IP addresses."""
Connect = Callable[[str, int, ssl.SSLContext | None, str], Awaitable[Streams]]
"""A coroutine function that connects to an IP address and port; the last `str` is the host name that the certificate
must match."""

PORTS = {"http": 80, "https": 443}
HEAD_LIMIT = 32 * 1024
LONGEST_NAME = 253
KINDS = ("text/html", "application/xhtml+xml")
AGENT = "Mozilla/5.0 (compatible; dezhurny)"


@dataclass(frozen=True)
class WebLimits:
    """Limits of fetching a page. `size`: bytes to read, also after decompression; `seconds`: for everything together;
    `hops`: the most redirects."""

    size: int = 200 * 1024
    seconds: float = 10.0
    hops: int = 4


@dataclass(frozen=True)
class PageBody:
    """A fetched page: its final address, `Content-Type` and bytes. `cut`: these are only the beginning."""

    url: str
    kind: str
    content: bytes = field(repr=False)
    cut: bool = False


class NotFetchedError(Exception):
    """The page could not be fetched. `trouble` is NOT_A_LINK for an address that no program may open. The text is for
    the log and never contains the address.
    """

    def __init__(self, detail: str, trouble: LinkTrouble = LinkTrouble.UNREADABLE) -> None:
        super().__init__(detail)
        self.trouble = trouble


def is_public(address: str) -> bool:
    """Whether the IP address is on the public internet: not private, loopback, link-local, shared or reserved, and not
    such an address embedded in IPv6. False for anything that is no address.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner: Sequence[IPv4Address | IPv6Address | None] = ()
    if isinstance(found, IPv6Address):
        packed = int(found)
        translated = IPv4Address(packed & 0xFFFFFFFF) if packed >> 32 in (0x64FF9B << 64, 0) else None
        inner = (found.ipv4_mapped, found.sixtofour, found.teredo[1] if found.teredo else None, translated)
    return all(one.is_global and not one.is_multicast for one in (found, *inner) if one is not None)


async def resolve(host: str, port: int) -> Sequence[str]:
    """The IP addresses of the host by the system's resolver, without repeats. Raises OSError if there are none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, family=AF_UNSPEC, type=SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


async def connect(address: str, port: int, secure: ssl.SSLContext | None, name: str) -> Streams:
    return await asyncio.open_connection(
        address, port, ssl=secure, server_hostname=name if secure is not None else None, limit=HEAD_LIMIT
    )


@cache
def _trusted() -> ssl.SSLContext:
    """The TLS settings, made once for all municipalities: reading the certificates takes 20 ms of CPU time."""
    return ssl.create_default_context()


class Wire:
    """Fetches public pages of the web. `resolve` and `connect` default to the system's; tests replace them."""

    def __init__(self, limits: WebLimits, resolve: Resolve = resolve, connect: Connect = connect) -> None:
        self._limits = limits
        self._resolve = resolve
        self._connect = connect
        self._secure = _trusted()

    async def page(self, url: str) -> PageBody:
        """Fetch the page at this address, following redirects. Raises NotFetchedError on any failure."""
        try:
            async with asyncio.timeout(self._limits.seconds):
                for _ in range(self._limits.hops + 1):
                    found = await self._hop(url)
                    if isinstance(found, PageBody):
                        return found
                    url = urljoin(url, found)
        except TimeoutError:
            raise NotFetchedError("too slow", LinkTrouble.TRY_LATER) from None
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise NotFetchedError(type(error).__name__, LinkTrouble.TRY_LATER) from None
        except (ValueError, UnicodeError, zlib.error) as error:
            raise NotFetchedError(f"unreadable: {type(error).__name__}") from None
        raise NotFetchedError("too many redirects")

    async def _hop(self, url: str) -> PageBody | str:
        """Fetch the page at this address, or return the target if it redirects. Raises NotFetchedError."""
        parts, host, port = _target(url)
        address = await self._public_address(host, port)
        secure = self._secure if parts.scheme == "https" else None
        reader, writer = await self._connect(address, port, secure, host)
        try:
            writer.write(_request(parts, host))
            await writer.drain()
            status, headers = _head(await reader.readuntil(b"\r\n\r\n"))
            if status in (301, 302, 303, 307, 308) and headers.get("location"):
                return headers["location"]
            if status != 200:
                raise NotFetchedError(f"status {status}", _trouble(status))
            kind = headers.get("content-type", "")
            if kind.partition(";")[0].strip().lower() not in KINDS:
                raise NotFetchedError("not a page")
            return PageBody(url, kind, *await self._body(reader, headers))
        finally:
            writer.transport.abort()

    async def _public_address(self, host: str, port: int) -> str:
        """Resolve the host and return the IP address to connect to. Raises NotFetchedError unless every address is
        public."""
        addresses = await self._resolve(host, port)
        if not addresses or not all(is_public(address) for address in addresses):
            raise NotFetchedError("not a public address", LinkTrouble.NOT_A_LINK)
        return addresses[0]

    async def _body(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> tuple[bytes, bool]:
        """Read the beginning of the page, decompressed, and return it with whether there is more."""
        got, cut = await self._packed(reader, headers)
        match headers.get("content-encoding", "identity").lower():
            case "identity":
                return got, cut
            case "gzip" | "deflate":
                unpacker = zlib.decompressobj(wbits=47)
                plain = unpacker.decompress(got, self._limits.size)
                return plain, cut or not unpacker.eof
            case _:
                raise NotFetchedError("packed in an unknown way")

    async def _packed(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> tuple[bytes, bool]:
        most = self._limits.size
        got = bytearray()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                got += await reader.readexactly(min(size, most - len(got)))
                if len(got) == most:
                    return bytes(got), True
                await reader.readexactly(2)
                await asyncio.sleep(0)  # tiny pieces would block the event loop
            return bytes(got), False
        wanted = int(headers.get("content-length", most + 1))
        while len(got) < min(wanted, most):
            part = await reader.read(min(wanted, most) - len(got))
            if not part:
                return bytes(got), False
            got += part
        return bytes(got), wanted > most and not reader.at_eof()


def _trouble(status: int) -> LinkTrouble:
    if status >= 500 or status == 429:
        return LinkTrouble.TRY_LATER
    return LinkTrouble.NOT_FOUND if status in (404, 410) else LinkTrouble.UNREADABLE


def _target(url: str) -> tuple[SplitResult, str, int]:
    """The parts of the address, the host name in ASCII (IDNA) and the port. Raises NotFetchedError if no page may be
    fetched there, ValueError if it is malformed."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or len(parts.hostname) > LONGEST_NAME:
        raise NotFetchedError("not an address of a page", LinkTrouble.NOT_A_LINK)
    if parts.username is not None or parts.password is not None:
        raise NotFetchedError("credentials in the address", LinkTrouble.NOT_A_LINK)
    port = parts.port or PORTS[parts.scheme]
    if port not in PORTS.values():
        raise NotFetchedError("a port of no page", LinkTrouble.NOT_A_LINK)
    host = parts.hostname.rstrip(".")
    return parts, host if ":" in host else host.encode("idna").decode("ascii"), port


def _request(parts: SplitResult, host: str) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    safe = "".join(sign if "!" <= sign <= "~" else "".join(f"%{b:02X}" for b in sign.encode()) for sign in path)
    shown = f"[{host}]" if ":" in host else host
    lines = [
        f"GET {safe} HTTP/1.1",
        f"Host: {shown}",
        f"User-Agent: {AGENT}",
        "Accept: text/html",
        "Accept-Language: ru",
        "Accept-Encoding: gzip, deflate",
        "Connection: close",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _head(raw: bytes) -> tuple[int, dict[str, str]]:
    first, *rest = raw.decode("latin-1").split("\r\n")
    version, _, status = first.partition(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError("no HTTP")
    pairs = (line.partition(":") for line in rest if ":" in line)
    return int(status[:3]), {name.strip().lower(): value.strip() for name, _, value in pairs}
