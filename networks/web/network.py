"""Other sites as a network: read a page as a message by its link. Nothing is polled; a person posts the answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from networks.apart import NotWorkedOut, WorkOut
from networks.port import (
    Answer,
    Finding,
    Found,
    Kind,
    LinkProblem,
    LinkTrouble,
    LookUpImpossible,
    NotPosted,
    Outcome,
    OutFile,
    Posted,
    PostFailure,
)
from networks.silent import Silent
from networks.web.reading import reading_of
from networks.web.wire import NotFetchedError, Wire

KEY = "web"
OTHERS = ("vk.com", "vk.ru", "vkontakte.ru", "ok.ru", "odnoklassniki.ru", "t.me", "telegram.me", "telegram.dog")
"""Networks with modules of their own: their pages are not read from outside."""


class WebNetwork(Silent):
    """`read`: `page.read_page`, run where it does not block the event loop. `now`: the current moment, for pages that
    do not state when they were written.
    """

    key = KEY

    def __init__(self, wire: Wire, read: WorkOut, now: Callable[[], datetime]) -> None:
        self._wire = wire
        self._read = read
        self._now = now

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        """See Network. Public pages only (SL-2); the text is cut."""
        address = _page(link)
        if address is None:
            return LinkProblem(LinkTrouble.NOT_A_LINK)
        try:
            fetched = await self._wire.page(address)
        except NotFetchedError as error:
            return LinkProblem(error.trouble, str(error))
        answer = await self._read(fetched.content, {"kind": fetched.kind, "cut": fetched.cut})
        if isinstance(answer, NotWorkedOut):
            return LinkProblem(LinkTrouble.TRY_LATER if answer.passing else LinkTrouble.UNREADABLE, answer.detail)
        reading = reading_of(answer)
        text = "\n\n".join(part for part in (reading.title, reading.text) if part)
        if not text:
            return LinkProblem(LinkTrouble.UNREADABLE, "no words on the page")
        now = self._now()
        return Found(
            network=KEY,
            ref=address[:256],
            kind="post",
            text=text,
            author_name=reading.author,
            author_ref="",
            written_at=min(reading.written_at or now, now),
            link=address,
            place=reading.site or (urlsplit(fetched.url).hostname or "").removeprefix("www."),
            cut=reading.cut,
        )

    def limits(self, text: str, kind: Kind, files: tuple[OutFile, ...] = ()) -> list[str]:
        """See Network. A site's limits are unknown."""
        return []

    def too_long(self, text: str, kind: Kind) -> str:
        """See Network."""
        return ""

    def as_shown(self, text: str) -> str:
        """See Network."""
        return text.strip()

    async def post(self, answer: Answer) -> Outcome:
        """See Network. Always left to a person."""
        return NotPosted(PostFailure.NO_RIGHT, "sites are answered by hand")

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | None:
        """See Network."""
        return LookUpImpossible("sites are answered by hand")

    async def check(self) -> list[Finding]:
        """See Network."""
        return []


def _page(link: str) -> str | None:
    """The link if it is a page of another site; None otherwise."""
    link = link.strip()
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
        parts.port  # noqa: B018 - a port that is no number raises here
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or ("." not in host and ":" not in host):
        return None
    if any(host == other or host.endswith(f".{other}") for other in OTHERS) or len(link) > 2000:
        return None
    return link
