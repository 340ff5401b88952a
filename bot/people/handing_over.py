"""Handing over: a new substitute is shown, once, what waits for the absent person, so that nothing waits for somebody
who is away (IZ-D3).

Who acts for whom is compared with the state of the last check, which is stored in the database. So a leave that begins
at midnight, one that is entered, ended or replaced, and one that began while the bot was off are all handled the same
way. Puts letters into the outbox and sends nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.answering.accounts import OPEN_STATES
from bot.offices import Offices
from handlers.absence import facts_of
from storage.lists import done_between
from storage.transaction import Transaction
from workflow.case import Case, State
from workflow.commands import Action
from workflow.effects import Priority
from workflow.office import Absence, Office, Person, Role
from workflow.ports import GROUP_LANE, Binding, Letter, account_lane
from workflow.visibility import cases_of, having

MARK = "present"
AWAY = "away:"
"""The prefix of the key under which is stored since when (ISO) a person has not acted for themselves."""
TOLD_OF = frozenset({
    Action.DETECT, Action.FORWARD, Action.RECALL, Action.ACCEPT, Action.RETURN, Action.CONTRIBUTE, Action.DRAFT, Action.APPROVE,
    Action.SEND_BACK, Action.POSTED, Action.POST_FAILED, Action.CLOSE_WITHOUT_POSTING, Action.NOT_PROCESS, Action.MERGE,
    Action.AUTHOR_REPLIED, Action.NOTE,
})  # fmt: skip
"""The journal's actions that are listed to a person who returns from an absence."""
DECIDED = [State.ON_APPROVAL.value, State.NOT_POSTED.value]
"""The states in which a draft's message carries the curator's buttons."""

Present = Mapping[str, tuple[str, ...]]
"""For each person who does not act for themselves, the people who do; () if nobody does."""


@dataclass
class HandingOver:
    offices: Offices
    _known: Present | None = None

    async def look(self, tx: Transaction, now: datetime) -> bool:
        """Send everybody who has begun to act for a person since the last check what waits for that person. Return
        whether anything has changed since."""
        office = self.offices.today(tx.municipality)
        present = {
            key: acting
            for key in {absence.person for absence in office.absences} & set(office.people)
            if (acting := office.present(key, now)) != (key,)
        }
        known = self._known if self._known is not None else await _kept(tx)
        if present == known:
            self._known = known
            return False
        before = self._known
        tx.if_lost(lambda: self._forget(before))
        bindings = await tx.people.all()
        for key in set(present) - set(known):
            await tx.set_mark(f"{AWAY}{key}"[:64], now.isoformat())
        for key in sorted(set(present) | set(known)):
            if key in office.people:
                change = _Change(tx, office, now, office.people[key], bindings)
                await change.tell(known.get(key, (key,)), present.get(key, (key,)))
        await tx.set_mark(MARK, json.dumps({key: list(acting) for key, acting in sorted(present.items())}))
        self._known = present
        return True

    async def welcome(self, tx: Transaction, person: str, now: datetime) -> None:
        """Send a newly bound person what waits for them and for the people they stand in for now."""
        office = self.offices.today(tx.municipality)
        bindings = await tx.people.all()
        for key in sorted(office.stands_in(person, now)):
            change = _Change(tx, office, now, office.people[key], bindings)
            await (change.bring() if key == person else change.show(person))

    def _forget(self, before: Present | None) -> None:
        self._known = before


async def _kept(tx: Transaction) -> Present:
    return {key: tuple(acting) for key, acting in json.loads(await tx.mark(MARK) or "{}").items()}


@dataclass(frozen=True)
class _Change:
    """A change in who acts for `person`: other people from now on, or the person again."""

    tx: Transaction
    office: Office
    now: datetime
    person: Person
    bindings: Sequence[Binding]

    async def tell(self, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        for key in after:
            if key not in before:
                await self.show(key)
        if not after:
            await self._tell_nobody_does()

    async def bring(self) -> None:
        """Send the person everything that waits for their decision."""
        accounts = {b.account for b in self._reachable((self.person.key,))}
        waiting = await self._waiting(self.person.key)
        await self.tx.outbox.put([_letter(case, account) for account in sorted(accounts) for case in waiting], self.now)

    async def show(self, key: str) -> None:
        """Send the new substitute (or the returned person) `key` what waits; the absent person's own accounts have it
        already."""
        accounts = {b.account for b in self._reachable((key,))} - self._own_accounts(key)
        back = key == self.person.key
        since = await self.tx.mark(f"{AWAY}{key}"[:64]) if back else None
        waiting = [case for case in await self._waiting(key) if not back or not await self._has(case, key)]
        for account in sorted(accounts):
            idle = not waiting and not await self._in_work(key)
            if back and idle and not await done_while_away(self.tx, self.office, key, since, self.now):
                continue
            about = {"which": "handed_over", "person": self.person.key, "reader": key, "since": since}
            body = {**about, "cases": [case.id for case in waiting], "reply_to": None}
            letter = Letter("list", account_lane(account), Priority.OFFER, account=account, body=body)
            await self.tx.outbox.put([letter, *(_letter(case, account) for case in waiting)], self.now)
        if not self._reachable((key,)) and not self._reachable(self.office.holders(Role.CURATOR, self.now)):
            await self.tx.outbox.put([_letter(case, None) for case in waiting], self.now)

    async def _waiting(self, key: str) -> list[Case]:
        """Return the cases that the person has to decide on as a curator; [] for a substitute who is a curator in their
        own right and has them already."""
        if Role.CURATOR not in self.person.roles:
            return []
        if key != self.person.key and key in self.office.people and Role.CURATOR in self.office.people[key].roles:
            return []
        return await self.tx.cases_in([State.NEW.value, *DECIDED])

    async def _in_work(self, key: str) -> list[Case]:
        return await in_work_of(self.tx, self.office, self.person.key, key)

    async def _has(self, case: Case, key: str) -> bool:
        """Whether one of the person's accounts was shown the case in its present state."""
        kind = "offer" if case.state is State.NEW else "draft"
        accounts = {b.account for b in self.bindings if b.person == key}
        version = case.draft.version if case.draft is not None and kind == "draft" else None
        shown = await self.tx.messages.of_case(case.id, kind)
        return any(k.account in accounts and (version is None or k.version == version) for k in shown)

    def _own_accounts(self, key: str) -> set[int]:
        return {b.account for b in self.bindings if b.person == self.person.key} if key != self.person.key else set()

    def _reachable(self, people: Sequence[str]) -> list[Binding]:
        return [b for b in self.bindings if b.person in people and b.reachable]

    async def _tell_nobody_does(self) -> None:
        """If nobody holds one of the person's duties now, notify the curators, if there is none the supervisor, else
        the group."""
        if not any(self._is_bare(role) for role in self.person.roles):
            return
        people = self.office.holders(Role.CURATOR, self.now)
        if not people and self.office.supervisor is not None:
            people = self.office.present(self.office.supervisor, self.now)
        ends = [a for a in self.office.absences if a.person == self.person.key and a.since <= self.now < a.until]
        body = saying("nobody_stands_in", max(ends, key=lambda a: a.until)) if ends else None
        if body is None:
            return
        accounts = sorted({b.account for b in self._reachable(people)})
        letters = [Letter("say", account_lane(a), Priority.DEADLINE, account=a, body=body) for a in accounts]
        if not letters and await self.tx.people.working_group() is not None:
            letters = [Letter("say", GROUP_LANE, Priority.DEADLINE, body=body)]
        await self.tx.outbox.put(letters, self.now)

    def _is_bare(self, role: Role) -> bool:
        """Whether nobody at all holds this role of the person (of an executor: in their department) now."""
        department = self.person.department if role is Role.EXECUTOR else None
        return not self.office.holders(role, self.now, department)


async def in_work_of(tx: Transaction, office: Office, person: str, reader: str) -> list[Case]:
    """Return the open cases that the person's department has in work; [] if the reader is a colleague from that
    department, who sees them anyway."""
    him, other = office.people[person], office.people.get(reader)
    if Role.EXECUTOR not in him.roles or him.department is None:
        return []
    if other is not None and reader != person and Role.EXECUTOR in other.roles and other.department == him.department:
        return []
    waiting = (State.FORWARDED, State.IN_WORK, State.REWORK)
    return [case for case in await tx.cases_in(OPEN_STATES, him.department) if case.state in waiting]


async def done_while_away(
    tx: Transaction, office: Office, person: str, since: str | None, now: datetime
) -> list[tuple[Case, Mapping[str, Any]]]:
    """Return the cases of the person on which somebody acted while they were away, each with its last journal entry; []
    for people who are neither curators nor executors."""
    him = office.people.get(person)
    if since is None or him is None or not {Role.CURATOR, Role.EXECUTOR} & set(him.roles):
        return []
    lines = await done_between(tx, TOLD_OF, datetime.fromisoformat(since), now + timedelta(seconds=1))
    last = {int(line["case_id"]): line for line in lines}
    found = [(case, line) for number, line in last.items() if (case := await tx.case(number)) is not None]
    own = cases_of([him])
    return [(case, line) for case, line in found if own is None or own & having(case)]


def _letter(case: Case, account: int | None) -> Letter:
    """Return a letter (queued message) with the offer of a new case, or with the newest draft; silent in quiet hours.
    `account`: None for the group."""
    lane = account_lane(account) if account is not None else GROUP_LANE
    if case.state is State.NEW:
        fold = f"offer:{case.id}:{account or 'group'}"
        return Letter("offer", lane, Priority.OFFER, case.id, account, fold=fold, body={"softly": True})
    version = case.draft.version if case.draft is not None else 0
    return Letter("draft", lane, Priority.OFFER, case.id, account, body={"version": version, "softly": True})


def saying(key: str, absence: Absence, **more: Any) -> Mapping[str, Any]:
    """Return the body of a letter (queued message) with the words `key` about an absence."""
    return {"key": key, "facts": {**facts_of(absence), **more}, "roles": [], "reply_to": None}
