"""Links into the web board: given in private, each opens one session. Only their hashes are stored."""

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
"""The address of the board unless PUBLIC_URL sets another."""

LINK_LASTS = timedelta(minutes=10)


def hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


@dataclass(frozen=True)
class Entrance:
    """Makes links into the board. `address`: the board's address as seen from outside, without a trailing slash."""

    address: str

    @property
    def is_https(self) -> bool:
        return urlsplit(self.address).scheme == "https"

    @property
    def is_local(self) -> bool:
        """Whether the board is meant to be opened on this machine only."""
        return urlsplit(self.address).hostname in ("127.0.0.1", "::1", "localhost")

    @property
    def origin(self) -> str:
        """The address without a path, as browsers send it in `Origin`."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def root(self) -> str:
        """The prefix of every path of the board: "" unless a reverse proxy serves it under a path."""
        return urlsplit(self.address).path.rstrip("/")

    @property
    def fits_a_button(self) -> bool:
        """Whether messengers accept the address in a button: they refuse a host without a dot."""
        return "." in (urlsplit(self.address).hostname or "")

    async def link(self, tx: Transaction, account: int, now: datetime) -> str:
        """Store and return a new one-time link that signs the account in, valid for ten minutes."""
        code = secrets.token_urlsafe(32)
        await Sessions(tx).offer(hashed(code), account, now + LINK_LASTS, now)
        return f"{self.address}/enter/{code}"
