"""Gather the notices that the clock causes: each person gets one message of a kind, however many steps fall due at
once.

In the quiet hours notices that are not urgent wait, for an hour at most, so that later ones can join them; those of
high importance do not wait. Sends nothing. People who cannot be reached are reported to the curators, once a day each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.answering.letters import pinned_letter
from bot.cases.postroom import letters_for
from storage.transaction import Transaction
from workflow.case import Case
from workflow.desk import Transaction as DeskTransaction
from workflow.effects import OF_TERMS, Effect, Notice, Priority
from workflow.office import Actor, Office, Role
from workflow.ports import GROUP_LANE, Binding, Letter, account_lane
from workflow.regulation import Importance, Step

TERMS = frozenset(notice.value for notice in OF_TERMS)
MOST_OF_A_KIND = 20
MOST_ITEMS = 100
"""MOST_OF_A_KIND: how many cases a gathered letter names for one step of one department; MOST_ITEMS: in all. The rest
are counted."""
QUIET_WAIT = timedelta(hours=1)
AT_MOST_EVERY = {
    Notice.MISSED: timedelta(minutes=15),
    Notice.LAPSED: timedelta(hours=1),
}
"""The minimum interval between messages to the curator about other people's steps. The first goes at once; later ones
are gathered into the next message."""
RETURNS_EVERY = timedelta(minutes=10)
"""The minimum interval between reminders that a case may still be returned."""


@dataclass
class Gathering:
    """Implements the desk's `Postroom` port: collects letters until `close` puts them into the outbox. `folding`: later
    notices join letters that still wait in the outbox; `pinned`: the working group has a pinned list."""

    folding: bool = True
    pinned: bool = False
    _told: list[tuple[Letter, Office, bool]] = field(default_factory=list)

    async def take(
        self, tx: DeskTransaction, case: Case, effects: Sequence[Effect], actor: Actor, office: Office, now: datetime
    ) -> None:
        assert isinstance(tx, Transaction)
        loud = case.importance is Importance.HIGH
        before = len(self._told)
        tx.if_lost(lambda: self._forget(before))
        self._told += [(letter, office, loud) for letter in await letters_for(tx, case, effects, actor, office, now)]

    def _forget(self, before: int) -> None:
        """Drop the letters collected in a part of the transaction that was rolled back."""
        del self._told[before:]

    async def close(self, tx: Transaction, now: datetime, held_until: datetime | None = None) -> None:
        """Put all collected letters into the outbox, notices of terms merged. `held_until`: more notices will follow at
        once, so notices of terms wait until then for them."""
        told, self._told = self._told, []
        await report_unreachable(tx, [(letter, office) for letter, office, _ in told], now)
        found: dict[str, Letter] = {}
        rest: list[Letter] = []
        for letter, office, loud in told:
            if not _is_of_terms(letter):
                rest.append(letter)
                continue
            hushed = office.is_quiet(now) and not loud
            until = _wait(letter, office, now) if hushed and self.folding else held_until
            if self.folding and not loud and (next_at := await _next_turn(tx, letter, now)) is not None:
                until = max(until or now, next_at)
            fold = f"{'quiet' if hushed else 'told'}:{letter.lane}:{_heard_as(letter)}"
            found[fold] = joined(found[fold], letter, until) if fold in found else _first(letter, fold, until)
        if self.folding:
            await self._put_folded(tx, found, now)
        else:
            rest += [replace(letter, fold=None) for letter in found.values()]
        pinned = [pinned_letter(now)] if self.pinned and told else []
        await tx.outbox.put([*rest, *pinned], now)

    async def _put_folded(self, tx: Transaction, found: Mapping[str, Letter], now: datetime) -> None:
        waiting = await tx.outbox.waiting_as(sorted(found)) if found else {}
        for fold, letter in found.items():
            if fold not in waiting:
                continue
            grown = joined(waiting[fold], letter, letter.not_before)
            body = json.dumps(dict(grown.body), ensure_ascii=False, default=str)
            await tx.outbox.change(grown.id, body=body, not_before=grown.not_before, case_id=grown.case_id)
        await tx.outbox.put([letter for fold, letter in found.items() if fold not in waiting], now)


def _heard_as(letter: Letter) -> str:
    """Return the key under which notices join into one message: reminders of a right are kept apart from those of a
    duty, which do not wait."""
    item = letter.body["items"][0]
    right = item["notice"] == Notice.REMINDER and item["step"] == Step.RETURN
    return f"{item['notice']}.{Step.RETURN}" if right else str(item["notice"])


def _is_of_terms(letter: Letter) -> bool:
    return letter.kind == "notice" and letter.body["items"][0]["notice"] in TERMS


def _first(letter: Letter, fold: str, until: datetime | None) -> Letter:
    return replace(letter, fold=fold, not_before=until)


def _wait(letter: Letter, office: Office, now: datetime) -> datetime:
    """Return until when a notice waits in the quiet hours for others: until they end, an hour at most; a reminder at
    most half of the time left until the due moment."""
    local = now.astimezone(office.zone)
    until = office.quiet_hours[1] % (24 * 60)
    morning = datetime.combine(local.date(), time(until // 60, until % 60), office.zone)
    ends = morning if morning > local else morning + timedelta(days=1)
    moments = [now + QUIET_WAIT, ends.astimezone(now.tzinfo)]
    item = letter.body["items"][0]
    if item["notice"] == Notice.REMINDER and item.get("due"):
        moments.append(now + (datetime.fromisoformat(str(item["due"])) - now) / 2)
    return max(now, min(moments))


async def _next_turn(tx: Transaction, letter: Letter, now: datetime) -> datetime | None:
    """Return the earliest moment this letter may go, if messages of its kind keep an interval; None if it may go now.
    Store that moment for the next letter of the kind."""
    item = letter.body["items"][0]
    every = AT_MOST_EVERY.get(item["notice"])
    latest = None
    if item["notice"] == Notice.REMINDER and item["step"] == Step.RETURN:
        every, latest = RETURNS_EVERY, now + (datetime.fromisoformat(str(item["due"])) - now) / 2
    if every is None:
        return None
    mark = f"told:{item['notice']}:{letter.lane}"[:64]
    last = await tx.mark(mark)
    turn = max(now, datetime.fromisoformat(last) + every) if last is not None else now
    if last is not None and datetime.fromisoformat(last) > now:
        turn = datetime.fromisoformat(last)  # one waits already, and this one joins it
    turn = min(turn, latest) if latest is not None else turn
    await tx.set_mark(mark, turn.isoformat())
    return turn if turn > now else None


def joined(first: Letter, more: Letter, until: datetime | None) -> Letter:
    """Merge two letters into one that names each case once; cases beyond the limits are counted by department and step."""
    items = list(first.body["items"])
    counted = dict(first.body.get("more", {}))
    for kind, number in more.body.get("more", {}).items():
        counted[kind] = counted.get(kind, 0) + number
    named = {(item["case"], item["step"], item["department"]) for item in items}
    of_a_kind: dict[str, int] = {}
    for item in items:
        of_a_kind[kind_of(item)] = of_a_kind.get(kind_of(item), 0) + 1
    for item in more.body["items"]:
        kind = kind_of(item)
        if (item["case"], item["step"], item["department"]) in named:
            continue
        if len(items) >= MOST_ITEMS or of_a_kind.get(kind, 0) >= MOST_OF_A_KIND:
            counted[kind] = counted.get(kind, 0) + 1
            continue
        of_a_kind[kind] = of_a_kind.get(kind, 0) + 1
        items.append(item)
    people = list(dict.fromkeys([*first.body["people"], *more.body["people"]]))
    waits = [moment for moment in (first.not_before, until) if moment is not None]
    body = {**first.body, "items": items, "people": people, "more": counted}
    one_case = first.case_id if first.case_id == more.case_id else None
    return replace(first, case_id=one_case, body=body, not_before=min(waits) if len(waits) == 2 else until)


def kind_of(item: Mapping[str, Any]) -> str:
    """Return the key under which items of a letter are counted together: `department|step`, whatever the notice."""
    return f"{item['department'] or ''}|{item['step'] or ''}"


# --- who cannot be reached --------------------------------------------------------------------------------------------


async def report_unreachable(tx: Transaction, told: Iterable[tuple[Letter, Office]], now: datetime) -> None:
    """Report to the curators (if none can be reached, to the supervisor, else in the group) each person who was to get
    a notice of a term and cannot be reached; once a day for each person."""
    meant: dict[str, Office] = {}
    for letter, office in told:
        if _is_of_terms(letter):
            meant |= dict.fromkeys(letter.body.get("meant", letter.body["people"]), office)
    if not meant:
        return
    bindings = {b.person: b for b in await tx.people.all()}
    lost: list[dict[str, str]] = []
    for person, office in sorted(meant.items()):
        why, today = unreachable_because(bindings.get(person)), _today(office, now).isoformat()
        mark = f"unreachable:{person}"[:64]
        if why and await tx.mark(mark) != today:
            await tx.set_mark(mark, today)
            lost.append({"person": person, "why": why})
    if lost:
        office = next(iter(meant.values()))
        await tx.outbox.put(_report(lost, bindings, office, now), now)


def unreachable_because(binding: Binding | None) -> str:
    """Return why notices of the bot do not reach the person: the key of the words for it; "" if they do."""
    if binding is None:
        return "never_started"
    if not binding.in_group:
        return "left_the_group"
    return "" if binding.reachable or binding.aloud else "blocked"


def _today(office: Office, now: datetime) -> date:
    return now.astimezone(office.zone).date()


def _report(
    lost: Sequence[Mapping[str, str]], bindings: Mapping[str, Binding], office: Office, now: datetime
) -> list[Letter]:
    body: dict[str, Any] = {"key": "unreachable", "facts": {"people": list(lost)}, "roles": [], "reply_to": None}
    people = office.holders(Role.CURATOR, now)
    heard = [bindings[key] for key in people if key in bindings and bindings[key].reachable]
    if not heard and office.supervisor is not None:
        heard = [bindings[k] for k in office.present(office.supervisor, now) if k in bindings and bindings[k].reachable]
    if not heard:
        return [Letter("say", GROUP_LANE, Priority.DIGEST, body=body)]
    accounts = sorted({binding.account for binding in heard})
    return [Letter("say", account_lane(a), Priority.DIGEST, account=a, body=body) for a in accounts]


__all__ = ["Gathering", "joined", "kind_of", "report_unreachable", "unreachable_because"]
