"""Record the outcome of each try to send a letter (queued message): one method and one transaction per outcome. Sends
nothing, renders nothing.

Delivery keeps its own notes about the tries in the letter's body, under reserved names (`OWN_NAMES`).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from prometheus_client import Counter

from bot.answering.letters import open_cards, pinned_letter
from bot.clock import Clock
from bot.delivery.trying import LONG, is_worth_trying, pause
from storage.books import Books
from storage.failures import StorageError
from storage.outbox import OWN_FAULT
from storage.transaction import Transaction
from storage.troubles import OUT_OF_GROUP, Troubles
from workflow.ports import GROUP_LANE, Letter

log = structlog.get_logger()

T = TypeVar("T")

GROUP_LOST_PAUSE = 600.0
KEEP_AGAIN_SECONDS = 1.0

MENTIONED = frozenset({"notice", "offer", "draft", "ask"})
"""Kinds of letters that go into the group, with a mention, if the person cannot be reached in private."""

ASKED_FOR = "list"
"""The kind of letter that answers a request (a list, a report) somebody has just made."""

SHOWN_AGAIN = frozenset({"edit", "pinned"})
"""Kinds of letters that may be given up without loss: their message still stands, or the next change makes a new one.
"""

WAITED_FOR = frozenset({"crowd", "moderations"})
"""Kinds of letters that list items waiting for a decision; none is made while there are no items."""

OWN_NAMES = ("doubts", "above", "screen_at", "again", "since", "outcome", "tried", "faults", "anew", "attempt")
ARRIVED = frozenset({"sent", "edited"})
GONE = "gone"
"""Value of `Known.shown` for a message that can no longer be edited; it can still be replied to."""


def doubts(letter: Letter) -> int:
    """Return how many tries of the letter have an unknown outcome; of a letter in pieces, tries of its current piece."""
    return int(letter.body.get("doubts", 0))


async def cases_of(tx: Transaction, letter: Letter) -> list[int]:
    """Return the ids of the cases the letter is about: its own, or those named in a wave or in gathered notices; [] for
    any other."""
    if letter.case_id is not None:
        return [letter.case_id]
    if letter.kind == "wave":
        wave = await tx.waves.get(int(letter.body["wave"]))
        return list(wave.cases) if wave is not None else []
    return [int(item["case"]) for item in letter.body.get("items", ())] if letter.kind == "notice" else []


def with_trace(letter: Letter, **trace: Any) -> str:
    """Return the letter's body with delivery's notes `trace` added, as JSON for the database."""
    return json.dumps({**letter.body, **trace}, ensure_ascii=False, default=str)


def without_trace(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in OWN_NAMES}


@dataclass
class Ledger:
    """Records how tries to send letters (queued messages) ended. `jitter` gives numbers from 0 to 1. `ended` counts the
    finished letters."""

    books: Books
    municipality: str
    clock: Clock
    jitter: Callable[[], float]
    ended: int = 0

    def write(self) -> AbstractAsyncContextManager[Transaction]:
        return self.books.write(self.municipality)

    async def surely(self, keep: Callable[[], Awaitable[T]]) -> T:
        """Call `keep`, which records an outcome, again and again while the storage fails; return its result. A send
        whose outcome is not recorded counts as doubtful and would be repeated."""
        while True:
            try:
                return await keep()
            except StorageError:
                await self.clock.sleep(KEEP_AGAIN_SECONDS)

    # --- endings -----------------------------------------------------------------------------------------------------

    async def done(self, tx: Transaction, letter: Letter, outcome: str) -> None:
        """Mark the letter as finished: it was sent, or there was nothing left to send (`outcome` says which)."""
        await tx.outbox.change(letter.id, state="sent", sent_at=self.clock.now(), error=None)
        if letter.attempts and outcome in ARRIVED:
            await tx.outbox.let_repeats_go(letter.lane)
            if letter.lane == GROUP_LANE:
                await Troubles(tx).over(OUT_OF_GROUP)
        tx.if_kept(lambda: self._ended(letter, outcome))

    async def failed(self, tx: Transaction, letter: Letter, outcome: str, detail: str, level: str = "error") -> None:
        """Mark the letter as failed, with the reason. The caller must see to it that somebody is notified another way."""
        await self._end(tx, letter, "failed", outcome, detail, level)

    async def given_up(self, tx: Transaction, letter: Letter, outcome: str, detail: str) -> None:
        """Give the letter up when nobody would notice otherwise: note it in the journal of its cases and put it on the
        curators' lists (DESIGN rule 19). A letter of a kind in `SHOWN_AGAIN` is only marked as failed."""
        if letter.kind in SHOWN_AGAIN:
            await self.failed(tx, letter, outcome, detail)
            return
        await self._journal(tx, letter, "send_given_up")
        await self._end(tx, letter, "given_up", outcome, detail, "error")

    async def _end(self, tx: Transaction, letter: Letter, state: str, outcome: str, detail: str, level: str) -> None:
        await tx.outbox.change(letter.id, state=state, error=f"{outcome}: {detail}")
        tx.if_kept(lambda: self._ended(letter, outcome, detail, level))

    async def is_worth_trying(self, tx: Transaction, letter: Letter, expires: datetime | None) -> bool:
        first = letter.body.get("tried")
        waited_for = first is not None and (letter.kind in WAITED_FOR or await _any_is_open(tx, letter))
        first_try = datetime.fromisoformat(first) if first is not None else None
        return is_worth_trying(first_try, waited_for, expires, self.clock.now())

    async def broken(self, letter: Letter, detail: str, tries: int) -> None:
        """Retry a letter that failed through our own fault, at most `tries` times; later letters to the same chat go on
        meanwhile. After the last try give it up, and if it answered a request, send an apology instead."""
        faults = int(letter.body.get("faults", 0)) + 1
        async with self.write() as tx:
            if faults >= tries:
                await self.given_up(tx, letter, "broken", detail)
                if letter.kind == ASKED_FOR:
                    await tx.outbox.put([_sorry(letter)], self.clock.now())
                return
            faulty = replace(letter, body={**letter.body, "faults": faults})
            await self._again(tx, faulty, pause(faults, self.jitter()), f"{OWN_FAULT}{detail}")
        self._said(letter, "broken_once", detail, level="error")

    async def later(self, letter: Letter, seconds: float, detail: str, most: timedelta | None = None) -> None:
        """Retry a letter that certainly did not arrive, after a pause that grows with the tries: at least `seconds`, at
        most `most`."""
        wait = pause(letter.attempts + 1, self.jitter(), seconds)
        async with self.write() as tx:
            await self._again(tx, letter, min(wait, most) if most is not None else wait, detail)
        self._said(letter, "later", detail)

    async def unseen(self, letter: Letter, detail: str) -> bool:
        """The messenger does not say now whether a doubtful letter arrived: ask it again later. False once it has not said
        for so long that the letter goes again, marked as a repeat."""
        first = letter.body.get("tried")
        if first is not None and self.clock.now() - datetime.fromisoformat(first) >= LONG:
            return False
        await self.later(letter, 0.0, detail)
        return True

    async def held(self, letter: Letter, detail: str) -> None:
        """Put the letter back in the outbox because the limits or the connection make it wait. The caller knows for how
        long; it does not count as a try."""
        async with self.write() as tx:
            await tx.outbox.reopen(_kept(letter), None, letter.attempts, detail, **_values(letter))

    async def doubtful(self, letter: Letter, detail: str) -> None:
        """Retry a letter that may have been sent, with the mark of a repeat; journal the first such repeat."""
        async with self.write() as tx:
            await self.doubt(tx, letter, detail)

    async def doubt(self, tx: Transaction, letter: Letter, detail: str) -> None:
        times = doubts(letter) + 1
        if times == 1:
            await self._journal(tx, letter, "send_repeated")
        doubted = replace(letter, body={**letter.body, "doubts": times})
        await self._again(tx, doubted, pause(letter.attempts + 1, self.jitter()), detail)
        tx.if_kept(lambda: self._said(letter, "repeated", detail, level="warning"))

    async def group_lost(self, letter: Letter, detail: str) -> None:
        """The bot cannot write into the working group: begin that trouble (people are notified of it) and retry the
        letter every ten minutes, or at once when the bot is back. No letter is lost."""
        async with self.write() as tx:
            await Troubles(tx).begin(OUT_OF_GROUP)
            wait = timedelta(seconds=GROUP_LOST_PAUSE)
            await tx.outbox.reopen(
                _kept(letter), self.clock.now() + wait, letter.attempts + 1, detail, **_values(letter)
            )
        self._said(letter, "group_lost", detail, level="error")

    async def unreachable(self, letter: Letter, account: int, detail: str) -> None:
        """Mark the account as unreachable and the letter as failed; for kinds in `MENTIONED`, queue it for the group
        with a mention."""
        async with self.write() as tx:
            await tx.people.set_account(account, reachable=False)
            await self.failed(tx, letter, "unreachable", detail, level="info")
            if letter.kind in MENTIONED:
                body = {**without_trace(letter.body), "mention": account}
                mention = replace(
                    letter, lane=GROUP_LANE, account=account, body=body, not_before=None, attempts=0, progress=0
                )
                await tx.outbox.put([mention], self.clock.now())

    async def moved(self, letter: Letter, old: int, new: int) -> None:
        """The chat has a new id. If it is the working group, store the id and post open cards anew there; old messages
        keep their address."""
        now = self.clock.now()
        async with self.write() as tx:
            group = await tx.people.working_group()
            if group is not None and group[0] == old:
                await tx.people.set_working_group(new, group[1])
                await tx.outbox.put([*await open_cards(tx), pinned_letter(now)], now)
            if letter.lane == f"chat:{old}":
                await tx.outbox.change(letter.id, lane=f"chat:{new}")
            await tx.outbox.reopen(_kept(letter), None, letter.attempts, "moved", **_values(letter))
        self._said(letter, "moved")

    async def sending(self, tx: Transaction, letter: Letter, **values: Any) -> None:
        """Mark the letter as `sending`. If it is still so after the process was killed, it is unknown whether it
        arrived."""
        await tx.outbox.change(letter.id, state="sending", **values)

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _again(self, tx: Transaction, letter: Letter, wait: timedelta, detail: str) -> None:
        now = self.clock.now()
        tried = replace(letter, body={"tried": now.isoformat(), **letter.body})
        await tx.outbox.reopen(_kept(tried), now + wait, letter.attempts + 1, detail, **_values(tried))

    async def _journal(self, tx: Transaction, letter: Letter, action: str) -> None:
        bindings = await tx.people.of_account(letter.account) if letter.account is not None else []
        details = {"letter": letter.kind, "person": bindings[0].person if bindings else ""}
        for case_id in await cases_of(tx, letter):
            await tx.journal_line(case_id, action, details, self.clock.now())

    def _ended(self, letter: Letter, outcome: str, detail: str = "", level: str = "info") -> None:
        self.ended += 1
        self._said(letter, outcome, detail, level)

    def _said(self, letter: Letter, outcome: str, detail: str = "", level: str = "info") -> None:
        count(letter.kind, outcome)
        getattr(log, level)(
            f"letter {outcome}",
            letter=letter.id,
            kind=letter.kind,
            lane=letter.lane,
            case=letter.case_id,
            attempts=letter.attempts,
            detail=detail,
        )


async def _any_is_open(tx: Transaction, letter: Letter) -> bool:
    for case_id in await cases_of(tx, letter):
        case = await tx.case(case_id)
        if case is not None and not case.is_ended:
            return True
    return False


def _sorry(letter: Letter) -> Letter:
    """Return an apology to send in place of an answer that could not be made."""
    body: dict[str, Any] = {"key": "answer_broke", "facts": {}, "roles": [], "reply_to": letter.body.get("reply_to")}
    return Letter("say", letter.lane, letter.priority, account=letter.account, body=body)


def _kept(letter: Letter) -> Letter:
    """Return the letter; if it is partly sent, without the key (`fold`) by which a newer letter would replace it."""
    return replace(letter, fold=None) if letter.progress else letter


def _values(letter: Letter) -> dict[str, Any]:
    values: dict[str, Any] = {"progress": letter.progress, "body": with_trace(letter)}
    if letter.progress:
        values["fold"] = None
    return values


LETTERS = Counter("dezhurny_letters", "Letters by how a try to send them ended", ["kind", "outcome"])


def count(kind: str, outcome: str) -> None:
    LETTERS.labels(kind, outcome).inc()
