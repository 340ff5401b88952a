"""What a letter is sending just now, kept in the letter before the call, and the search for it after an unknown outcome.

By the time of the repeat its case may have moved on, and the letter reads otherwise or has nothing to say any more: what
is looked for is what was sent, and the message that is found is then brought up to date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.answering.letters import made_true
from bot.delivery.ledger import Ledger
from bot.delivery.parcel import Album, Piece, Text, marked
from bot.delivery.ports import Show
from bot.messenger import Address, LooksUp, NotSeen, OutFile, Screen, Sent, Size
from storage.transaction import Transaction
from workflow.ports import Known, Letter

log = structlog.get_logger()

SKEW = timedelta(seconds=5)
"""By so much the messenger's clock may be behind ours."""
Look = Screen | tuple[OutFile, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One piece as it goes out. `texts`: its words, without and with the repeat mark; or `files`: their kinds. The rest is
    how its message is remembered; `redraw_at` is an ISO moment."""

    texts: tuple[str, ...]
    files: tuple[str, ...]
    kind: str | None
    is_head: bool
    is_last: bool
    version: int | None
    menu: str | None
    question: int | None
    redraw_at: str | None
    pin: bool

    @classmethod
    def at(cls, show: Show, parcel: Sequence[Piece], number: int, size: Size) -> Attempt:
        """The attempt to send this piece of the parcel."""
        piece = parcel[number]
        is_text = isinstance(piece, Text)
        words = (piece, marked(piece, show.mark, size)) if is_text else ()
        is_head = isinstance(piece, Text) and piece.is_head
        return cls(
            texts=tuple(one.screen.text for one in words if isinstance(one, Text)),
            files=tuple(file.kind for file in piece.files) if isinstance(piece, Album) else (),
            kind=piece.kind,
            is_head=is_head,
            is_last=number == len(parcel) - 1,
            version=show.version,
            menu=show.menu if is_head else None,
            question=show.question if is_head else None,
            redraw_at=show.redraw_at.isoformat() if is_head and show.redraw_at is not None else None,
            pin=show.pin,
        )

    @classmethod
    def of(cls, letter: Letter) -> Attempt | None:
        """The attempt the letter was at when it was last sent; None if that was not kept."""
        kept = letter.body.get("attempt")
        if kept is None:
            return None
        return cls(**{**kept, "texts": tuple(kept["texts"]), "files": tuple(kept["files"])})

    @property
    def written(self) -> dict[str, Any]:
        """As it lies in a letter's body."""
        return asdict(self)

    @property
    def looks(self) -> Iterator[Look]:
        """What to look for."""
        yield from (Screen(text) for text in self.texts)
        if self.files:
            yield tuple(OutFile(kind, "", Path()) for kind in self.files)

    def known(self, letter: Letter, address: Address, shown: str | None) -> Known | None:
        """How the message is remembered; None if it is not."""
        if self.kind is None:
            return None
        return Known(
            address.chat,
            address.message,
            self.kind,
            case_id=letter.case_id,
            version=self.version,
            account=letter.account,
            shown=shown if self.is_head else None,
            menu=self.menu,
        )


async def found(
    ledger: Ledger, messenger: object, letter: Letter, chat: int, looks: Iterator[Look]
) -> Sent | NotSeen | None:
    """The message of the letter that stands in the chat, where the messenger lets the bot look; None: certainly none. A
    message known as another letter's is none of ours."""
    if not isinstance(messenger, LooksUp) or letter.created_at is None:
        return NotSeen("this messenger does not show it")
    for what in looks:
        there = await messenger.look_up(chat, what, letter.created_at - SKEW)
        if isinstance(there, NotSeen):
            return there
        async with ledger.write() as tx:
            own = [each for each in there if await tx.messages.at(each.chat, each.message) is None]
        if own:
            log.info("found where it was sent", letter=letter.id, kind=letter.kind)
            return Sent((own[0],))
    return None


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None


async def link_work(tx: Transaction, case_id: int, kind: str | None, now: datetime) -> None:
    """Once both the card and the executor's private message exist, in either order, refresh the private one: it
    links to the card."""
    if kind == "card" or (kind == "work" and await tx.messages.of_case(case_id, "card")):
        shown = await tx.messages.of_case(case_id, "work")
        await tx.outbox.put([made_true(known) for known in shown], now)


async def refresh(tx: Transaction, address: Address, at: datetime | None, now: datetime) -> None:
    """Queue a refresh of the known message there, at once or at `at`."""
    known = await tx.messages.at(address.chat, address.message)
    if known is not None:
        await tx.outbox.put([replace(made_true(known), not_before=at)], now)
