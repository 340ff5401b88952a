"""The way onto the board: links that open one session, given in private. Only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from storage.sessions import Sessions
from storage.transaction import Transaction

if TYPE_CHECKING:
    pass

WEB_PORT = 9080

HERE = f"http://127.0.0.1:{WEB_PORT}"
"""Where the page is found unless PUBLIC_URL says otherwise."""

LINK_LASTS = timedelta(minutes=10)


def hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


@dataclass(frozen=True)
class Entrance:
    """Where the page is found from outside; `address` has no slash at its end."""

    address: str

    @property
    def is_https(self) -> bool:
        return urlsplit(self.address).scheme == "https"

    @property
    def is_local(self) -> bool:
        """Whether only this machine is meant to open the page."""
        return urlsplit(self.address).hostname in ("127.0.0.1", "::1", "localhost")

    @property
    def root(self) -> str:
        """What every path of the page begins with: empty, or where a server in front has put it."""
        return urlsplit(self.address).path.rstrip("/")

    @property
    def fits_a_button(self) -> bool:
        """Messengers take no address whose host has no dot in it."""
        return "." in (urlsplit(self.address).hostname or "")

    async def link(self, tx: Transaction, account: int, now: datetime) -> str:
        """A new address that signs the account in once, within ten minutes."""
        code = secrets.token_urlsafe(32)
        await Sessions(tx).offer(hashed(code), account, now + LINK_LASTS, now)
        return f"{self.address}/enter/{code}"
