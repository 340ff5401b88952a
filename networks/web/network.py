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
from workflow.official.link_forms import HOSTS_OF_SOURCES

KEY = "web"


class WebNetwork(Silent):
    """Any other site as a network. `read`: `page.read_page`, run where it does not block the event loop. `now`: returns
    the current moment, for pages that do not state when they were written.
    """

    key = KEY

    def __init__(self, wire: Wire, read: WorkOut, now: Callable[[], datetime]) -> None:
        self._wire = wire
        self._read = read
        self._now = now

    async def fetch_link(self, link: str) -> Found | LinkProblem:
        """Read the page behind the link as a message; public pages only (SL-2). A long text is shortened (`cut`). A
        `LinkProblem` if it is no page or cannot be read."""
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
        """Return no reasons: a site's limits are unknown."""
        return []

    def too_long(self, text: str, kind: Kind) -> str:
        """Return "": a site's limits are unknown."""
        return ""

    def as_shown(self, text: str) -> str:
        """The text exactly as a person should post it, without spaces around it."""
        return text.strip()

    async def post(self, answer: Answer) -> Outcome:
        """Return `NotPosted`: a person posts answers on other sites."""
        return NotPosted(PostFailure.NO_RIGHT, "sites are answered by hand")

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | None:
        """Return `LookUpImpossible`: a person posts answers on other sites."""
        return LookUpImpossible("sites are answered by hand")

    async def check(self) -> list[Finding]:
        """Return no findings: there is no token to check."""
        return []


def _page(link: str) -> str | None:
    """The link if it leads to a page of another site; None otherwise. Networks that have a module of their own are not
    read here."""
    link = link.strip()
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
        parts.port  # noqa: B018 - a port that is no number raises here
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or ("." not in host and ":" not in host):
        return None
    if any(host == other or host.endswith(f".{other}") for other in HOSTS_OF_SOURCES) or len(link) > 2000:
        return None
    return link
