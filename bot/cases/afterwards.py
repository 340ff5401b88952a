"""Check posted answers some time later: is the answer still in the network, was the citizen's question deleted. The
curators are notified once of each answer that is gone.

A round checks a few answers. It asks the network outside any transaction, and two rounds never run at the same time.
Checks that failed only go to the log. `workflow.afterwards` decides when to check and what counts as news.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.answering.accounts import accounts_of
from bot.clock import Clock
from networks.port import Gone, LooksAfter, Network, NotSeen, Standing
from storage.afterwards import Watched
from storage.books import Books
from storage.failures import is_of_storage
from storage.moderation import ModerationBook
from storage.transaction import Transaction
from workflow.afterwards import PLAN, Aftermath, Sight, after_look, next_look
from workflow.case import State
from workflow.commands import AnswerGone, AuthorDeleted
from workflow.desk import Desk
from workflow.effects import Priority
from workflow.office import NETWORK, Office, Role
from workflow.outcomes import Refused
from workflow.ports import GROUP_LANE, Letter, account_lane

log = structlog.get_logger()

BATCH = 10
"""How many answers one round checks: with their questions, at most twenty addresses to ask the networks for."""
ANOTHER_DAY = timedelta(days=1)
EVERY, SOON = timedelta(minutes=5), timedelta(minutes=1)
"""The waits between two rounds: EVERY usually, SOON if more answers are due than one round takes or a round failed."""
NEWS = {False: "answer_gone", True: "answer_gone_with_question"}


@dataclass
class Afterwards:
    """Checks posted answers again later. `plan` lists how long after posting an answer is checked; an empty plan turns
    the checks off. A question that our own moderator had deleted does not count as deleted by its author."""

    books: Books
    municipality: str
    desk: Desk
    networks: Mapping[str, Network]
    office_today: Callable[[str], Office]
    clock: Clock
    wake_delivery: Callable[[], None]
    plan: Sequence[timedelta] = PLAN
    _next: datetime | None = None
    _looking: bool = field(default=False, repr=False)

    async def look(self) -> int:
        """Run one round: check the answers that are due and queue notices to the curators. Return how many answers were
        due; 0 also if a round is running, the next one is not due yet, or checks are off."""
        now = self.clock.now()
        if self._looking or not self.plan or (self._next is not None and now < self._next):
            return 0
        self._looking, self._next = True, now + SOON
        try:
            return await self._round(now)
        finally:
            self._looking = False

    async def _round(self, now: datetime) -> int:
        seeing = {key: network for key, network in self.networks.items() if isinstance(network, LooksAfter)}
        if not seeing:
            return 0
        async with self.books.write(self.municipality) as tx:
            await self._enter(tx, list(seeing), now)
            due = await tx.afterwards.due(now, BATCH)
        for key, network in seeing.items():
            watched = [one for one in due if one.network == key]
            if not watched:
                continue
            standing = await network.look_after([ref for one in watched for ref in _refs(one)])
            async with self.books.write(self.municipality) as tx:
                told = [await self._note_or_put_off(tx, one, standing, now) for one in watched]
            if any(told):
                self.wake_delivery()
        if len(due) < BATCH:
            self._next = now + EVERY
        return len(due)

    async def _enter(self, tx: Transaction, networks: Sequence[str], now: datetime) -> None:
        """Schedule checks for recently posted answers in these networks, including answers posted while the bot was
        off."""
        for case in await tx.afterwards.not_entered(networks, now - 2 * max(self.plan), BATCH):
            posted_at = case.posting.at if case.posting is not None else now
            await tx.afterwards.enter(case, next_look(posted_at, None, now, self.plan))

    async def _note_or_put_off(
        self, tx: Transaction, one: Watched, standing: Mapping[str, Standing], now: datetime
    ) -> bool:
        """Save the result of one check like `_note`. If that fails (not because of the storage), log it, put the check
        off for a day so that the others go on, and return False."""
        try:
            async with tx.savepoint():
                return await self._note(tx, one, standing, now)
        except Exception as error:
            if is_of_storage(error):
                raise
            log.error("not looked after", case=one.case.id, kind=type(error).__name__)
            await tx.afterwards.looked(one.lookout, now + ANOTHER_DAY)
            return False

    async def _note(self, tx: Transaction, one: Watched, standing: Mapping[str, Standing], now: datetime) -> bool:
        """Save and journal the result of one check. If the answer has newly gone, queue notices to the curators and
        return True; otherwise return False."""
        question = _question(one)
        answer_seen = _sight(standing.get(one.ref), one.case.id, "answer")
        question_seen = _sight(standing.get(question), one.case.id, "question") if question else None
        news = after_look(one.lookout, answer_seen, question_seen)
        after = replace(
            one.lookout,
            looked_at=now,
            question_gone=one.lookout.question_gone or Aftermath.QUESTION_GONE in news,
            answer_gone=one.lookout.answer_gone or Aftermath.ANSWER_GONE in news,
        )
        gone = after.answer_gone
        again = None if gone else next_look(after.posted_at, now, now, self.plan)
        await tx.afterwards.looked(after, again)
        if Aftermath.QUESTION_GONE in news:
            await self._question_gone(tx, one, now)
        if Aftermath.ANSWER_GONE not in news:
            return False
        if isinstance(await self.desk.carry_out(tx, AnswerGone(NETWORK, one.case.id), now, tx.municipality), Refused):
            await tx.journal_line(one.case.id, Aftermath.ANSWER_GONE, {}, now, NETWORK.machine)
        await tx.outbox.put(await self._letters(tx, one, after.question_gone, now), now)
        return True

    async def _question_gone(self, tx: Transaction, one: Watched, now: datetime) -> None:
        """Record that the author deleted the question: in an open case as if the network had reported it, in an ended
        case only in the journal."""
        case = await tx.case(one.case.id)
        if case is None or case.deleted_at is not None:
            return
        if await ModerationBook(tx).is_taken_away(one.network, case.appeal.ref or ""):
            return
        if case.is_ended:
            await tx.journal_line(case.id, Aftermath.QUESTION_GONE, {}, now, NETWORK.machine)
        else:
            await self.desk.carry_out(tx, AuthorDeleted(NETWORK, case.id), now, tx.municipality)

    async def _letters(self, tx: Transaction, one: Watched, question_gone: bool, now: datetime) -> list[Letter]:
        """Return one notice for each curator who can be reached in private, or one for the working group if none can;
        all without sound in quiet hours."""
        case = one.case
        posting = case.posting
        draft = case.draft_of(posting.version) if posting is not None else None
        facts = {
            "number": case.number,
            "case": case.id,
            "source": one.network,
            "link": case.appeal.link,
            "text": "" if draft is None or question_gone else draft.text,
            "again": case.state is State.CLOSED and not question_gone,
            "by_machine": case.appeal.network is not None,
        }
        body: dict[str, Any] = {
            "key": NEWS[question_gone],
            "facts": facts,
            "roles": [],
            "reply_to": None,
            "softly": True,
        }
        curators = set(self.office_today(tx.municipality).holders(Role.CURATOR, now))
        accounts = sorted(accounts_of(curators, await tx.people.all()))
        if not accounts:
            return [Letter("say", GROUP_LANE, Priority.OFFER, case.id, body=body)]
        return [Letter("say", account_lane(a), Priority.OFFER, case.id, a, body=body) for a in accounts]


def _refs(one: Watched) -> tuple[str, ...]:
    asked = _question(one)
    return (one.ref, asked) if asked else (one.ref,)


def _question(one: Watched) -> str | None:
    """Return the network's id of the citizen's own message, or None if it is not in the same network as the answer."""
    return one.case.appeal.ref if one.case.appeal.network == one.network else None


def _sight(standing: Standing | None, case: int, what: str) -> Sight:
    match standing:
        case Gone():
            return Sight.GONE
        case NotSeen() | None:
            detail = standing.detail if standing is not None else "not answered"
            log.info("not seen afterwards", case=case, what=what, detail=detail)
            return Sight.NOT_SEEN
        case _:
            return Sight.STANDS
