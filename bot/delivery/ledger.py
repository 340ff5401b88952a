"""How the end of each try is kept: one method an ending, one transaction each. Sends nothing, renders nothing.

A letter's body carries what delivery itself has to remember of its tries, under names of its own (`Trace`).
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

from bot.answering.accounts import OPEN_STATES
from bot.clock import Clock
from bot.delivery.trying import is_worth_trying, pause
from storage.books import Books
from storage.failures import StorageError
from storage.outbox import OWN_FAULT
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.ports import GROUP_LANE, Letter

log = structlog.get_logger()

T = TypeVar("T")

GROUP_LOST_PAUSE = 600.0
KEEP_AGAIN_SECONDS = 1.0

MENTIONED = frozenset({"notice", "offer", "draft", "ask"})
"""Kinds that go into the group, with a mention, when the person cannot be reached in private."""

ASKED_FOR = "list"
"""The kind of letters somebody waits for, having just asked."""

WAITED_FOR = frozenset({"crowd", "moderations"})
"""Kinds that list what waits for a decision, and are not made where nothing does."""

OWN_NAMES = ("doubts", "head", "since", "outcome", "tried", "faults", "anew")
ARRIVED = frozenset({"sent", "edited"})
GONE = "gone"
"""Stands in `Known.shown` for a message that cannot be edited any more; it can still be replied to."""


def doubts(letter: Letter) -> int:
    """How many tries ended without anybody knowing how; of a letter in parts, tries of the part that is to go now."""
    return int(letter.body.get("doubts", 0))


async def cases_of(tx: Transaction, letter: Letter) -> list[int]:
    """The cases the letter is about: its own, or those a gathered one names. A list of the day is about none."""
    if letter.case_id is not None:
        return [letter.case_id]
    if letter.kind == "wave":
        wave = await tx.waves.get(int(letter.body["wave"]))
        return list(wave.cases) if wave is not None else []
    return [int(item["case"]) for item in letter.body.get("items", ())] if letter.kind == "notice" else []


def with_trace(letter: Letter, **trace: Any) -> str:
    """The body, as it is kept, with these of delivery's own notes."""
    return json.dumps({**letter.body, **trace}, ensure_ascii=False, default=str)


def without_trace(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in OWN_NAMES}


@dataclass
class Ledger:
    """`jitter` gives numbers from 0 to 1. `ended` counts the letters that came to an end."""

    books: Books
    municipality: str
    clock: Clock
    jitter: Callable[[], float]
    ended: int = 0

    def write(self) -> AbstractAsyncContextManager[Transaction]:
        return self.books.write(self.municipality)

    async def surely(self, keep: Callable[[], Awaitable[T]]) -> T:
        """Keep how a call ended, again and again while the storage fails. A send whose end is not kept is taken for doubtful
        and made once more."""
        while True:
            try:
                return await keep()
            except StorageError:
                await self.clock.sleep(KEEP_AGAIN_SECONDS)

    # --- endings -----------------------------------------------------------------------------------------------------

    async def done(self, tx: Transaction, letter: Letter, outcome: str) -> None:
        """The letter was sent, or there was nothing to be sent any more."""
        await tx.outbox.change(letter.id, state="sent", sent_at=self.clock.now(), error=None)
        if letter.attempts and outcome in ARRIVED:
            await tx.outbox.let_repeats_go(letter.lane)
        tx.if_kept(lambda: self._ended(letter, outcome))

    async def failed(self, tx: Transaction, letter: Letter, outcome: str, detail: str, level: str = "error") -> None:
        """The letter will not be sent, and somebody is told another way; it stays in the books with the reason."""
        await self._end(tx, letter, "failed", outcome, detail, level)

    async def given_up(self, tx: Transaction, letter: Letter, outcome: str, detail: str) -> None:
        """The letter will not be sent, and nobody would know: it stands in the journal of its cases and on the curators'
        lists (DESIGN rule 19). A message that only stays as it was is not missed."""
        if letter.kind == "edit":
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
        """Something of ours went wrong with the letter: again later, at most `tries` times, its lane going on meanwhile.
        Who asked for what cannot be shown is told so at last."""
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
        """Certainly not there: again after a pause that grows, of at least so many seconds and at `most` so long."""
        wait = pause(letter.attempts + 1, self.jitter(), seconds)
        async with self.write() as tx:
            await self._again(tx, letter, min(wait, most) if most is not None else wait, detail)
        self._said(letter, "later", detail)

    async def held(self, letter: Letter, detail: str) -> None:
        """The limits hold the letter, or the line: they know how long, and it was no try."""
        async with self.write() as tx:
            await tx.outbox.reopen(_kept(letter), None, letter.attempts, detail, **_values(letter))

    async def doubtful(self, letter: Letter, detail: str) -> None:
        """Nobody knows whether it was sent: again, marked as a repeat, for as long as it is worth it; journalled once."""
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
        """The bot cannot write into the working group: nothing is lost, everything waits until it can."""
        async with self.write() as tx:
            wait = timedelta(seconds=GROUP_LOST_PAUSE)
            await tx.outbox.reopen(
                _kept(letter), self.clock.now() + wait, letter.attempts + 1, detail, **_values(letter)
            )
        self._said(letter, "group_lost", detail, level="error")

    async def unreachable(self, letter: Letter, account: int, detail: str) -> None:
        """The person cannot be written to: known from now on, and the letter goes into the group with a mention."""
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
        """The group has another number: open cards are posted anew there, old messages keep their address."""
        now = self.clock.now()
        async with self.write() as tx:
            group = await tx.people.working_group()
            if group is not None and group[0] == old:
                await tx.people.set_working_group(new, group[1])
                await tx.outbox.put(await self._open_cards(tx), now)
            if letter.lane == f"chat:{old}":
                await tx.outbox.change(letter.id, lane=f"chat:{new}")
            await tx.outbox.reopen(_kept(letter), None, letter.attempts, "moved", **_values(letter))
        self._said(letter, "moved")

    async def sending(self, tx: Transaction, letter: Letter, **values: Any) -> None:
        """The letter is on its way; found so after a kill, nobody knows whether it arrived."""
        await tx.outbox.change(letter.id, state="sending", **values)

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _open_cards(self, tx: Transaction) -> list[Letter]:
        cases = [case for case in await tx.cases_in(OPEN_STATES) if case.parts]
        return [Letter("card", GROUP_LANE, Priority.OFFER, case.id, fold=f"card:{case.id}") for case in cases]

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
    """The words that take the place of an answer that could not be made."""
    body: dict[str, Any] = {"key": "answer_broke", "facts": {}, "roles": [], "reply_to": letter.body.get("reply_to")}
    return Letter("say", letter.lane, letter.priority, account=letter.account, body=body)


def _kept(letter: Letter) -> Letter:
    """A letter of which parts went out is no longer the same as a newer one of its fold: it finishes by itself."""
    return replace(letter, fold=None) if letter.progress else letter


def _values(letter: Letter) -> dict[str, Any]:
    values: dict[str, Any] = {"progress": letter.progress, "body": with_trace(letter)}
    if letter.progress:
        values["fold"] = None
    return values


LETTERS = Counter("dezhurny_letters", "Letters by how a try to send them ended", ["kind", "outcome"])


def count(kind: str, outcome: str) -> None:
    LETTERS.labels(kind, outcome).inc()
