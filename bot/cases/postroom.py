"""The postroom: turn the effects of a decision into letters (queued messages) for exact recipients. Sends nothing
itself. A person the bot can write to is notified in private; otherwise the group is, with a mention (DESIGN rule 13).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.answering.letters import made_true, pinned_letter
from bot.cases.gathered import CROWD_LIVES, crowd_letter, wave_letters
from bot.cases.kept_back import offered_again
from config.russian.judging.promised import promised_day
from storage.transaction import Transaction
from workflow.case import Case, State
from workflow.desk import Transaction as DeskTransaction
from workflow.effects import (
    Also,
    AskIfHelped,
    Audience,
    Effect,
    Notice,
    Notify,
    PostAnswer,
    Priority,
    Redraw,
    SettleDrafts,
    ShowCard,
    ShowDraft,
    ShowOffer,
    priority_of,
)
from workflow.helped import NOWHERE, AskedIn, asks_at
from workflow.office import Actor, Office, Role
from workflow.ports import GROUP_LANE, Binding, Letter, account_lane, network_lane
from workflow.regulation import Importance

PRIVATELY = frozenset({Notice.WORK, Notice.NOTE})
"""Notices that go out in private even to people who want the other notices in the group."""
LIST_AFTER = 10
"""How many new cases an hour are offered to the curators one by one; the further ones go into a single list."""
HOUR = timedelta(hours=1)
SEEN = "seen"
"""The journal's action for a receipt («Вижу»): a superior confirms having seen that a step is overdue."""
REDRAWN = "redrawn_until"
"""The key under which the moment (ISO) planned for the latest refresh of a card is stored."""
APART = timedelta(seconds=12)
"""The time between refreshes of cards in the group: at most five a minute."""
CALLED_AGAIN = timedelta(minutes=10)
"""For so long after a notice of new work with sound, further ones to the same account are silent."""
OFFERED_AGAIN = timedelta(minutes=2)
"""For so long after an offer with sound, further ones to the same account are silent, unless of high importance."""
SOON = timedelta(minutes=1)
"""How long after the time for «Отменить» a card may wait, because a later update of it will come anyway."""


@dataclass(frozen=True)
class Postroom:
    """Implements the desk's `Postroom` port and stores each letter at once. `list_after`: how many new cases an hour
    are offered one by one; the rest go into a single list. `pinned`: the working group has a pinned list. `asks_in`: see
    `AskedIn`."""

    list_after: int = LIST_AFTER
    pinned: bool = False
    asks_in: AskedIn = NOWHERE

    async def take(
        self, tx: DeskTransaction, case: Case, effects: Sequence[Effect], actor: Actor, office: Office, now: datetime
    ) -> None:
        assert isinstance(tx, Transaction)
        letters = await letters_for(tx, case, effects, actor, office, now, self.list_after, self.asks_in)
        pinned = [pinned_letter(now)] if self.pinned else []
        await tx.outbox.put([*letters, *await offered_again(tx, case, office, now), *pinned], now)


async def letters_for(
    tx: Transaction,
    case: Case,
    effects: Sequence[Effect],
    actor: Actor,
    office: Office,
    now: datetime,
    list_after: int = LIST_AFTER,
    asks_in: AskedIn = NOWHERE,
) -> list[Letter]:
    bindings = await tx.people.all() if any(isinstance(e, ShowOffer | ShowDraft | Notify) for e in effects) else []
    addressing = _Addressing(tx, case, actor, office, now, bindings, list_after, asks_in)
    reported = next((e for e in effects if isinstance(e, Notify) and e.notice is Notice.SIGNIFICANT), None)
    memos = addressing.memos(reported) if reported is not None else []
    return [*_each_told_once([letter for effect in effects for letter in await addressing.of(effect)]), *memos]


def _each_told_once(letters: Iterable[Letter]) -> list[Letter]:
    """Merge notices with the same content to the same chat into one that names all the people: one account may hold
    several roles."""
    found: list[Letter] = []
    told: dict[tuple[str, str], int] = {}
    for letter in letters:
        key = (letter.lane, repr(letter.body.get("items")))
        if letter.kind != "notice" or key not in told:
            if letter.kind == "notice":
                told[key] = len(found)
            found.append(letter)
            continue
        first = found[told[key]]
        people = [*first.body["people"], *(p for p in letter.body["people"] if p not in first.body["people"])]
        found[told[key]] = replace(first, body={**first.body, "people": people})
    return found


async def receipts(tx: Transaction, case_id: int, step: str | None, due: datetime | None) -> set[str]:
    """Return the keys of the people who, since the step was due, pressed «Вижу» to confirm that they saw it overdue."""
    return {
        str(line["who"])
        for line in await tx.history(case_id)
        if line["action"] == SEEN
        and line["details"].get("step", "").partition("@")[0] == (step or "")
        and (due is None or line["at"] >= due)
    }


@dataclass(frozen=True)
class _Addressing:
    tx: Transaction
    case: Case
    actor: Actor
    office: Office
    now: datetime
    bindings: Sequence[Binding]
    list_after: int
    asks_in: AskedIn

    async def of(self, effect: Effect) -> list[Letter]:
        """Return the letters for the effect; if «Отменить» can take the act back, they wait until that time is over."""
        letters = await self._at_once(effect)
        if not isinstance(effect, ShowCard | ShowOffer | Notify) or effect.after is None:
            return letters
        return [replace(letter, not_before=effect.after) for letter in letters]

    async def _at_once(self, effect: Effect) -> list[Letter]:
        match effect:
            case ShowCard():
                return [*self._card(effect), *await self._made_true("work", effect)]
            case ShowOffer():
                return await self._offers()
            case Redraw():
                return await self._redrawn(effect)
            case ShowDraft():
                return self._draft(effect)
            case SettleDrafts():
                return await self._made_true("draft", effect)
            case PostAnswer():
                return self._post(effect)
            case AskIfHelped():
                return self._if_helped(effect)
            case Notify():
                return await self._notice(effect)
            case Also():
                return []
            case _:
                assert_never(effect)

    def _letter(self, kind: str, lane: str, effect: Effect, **more: object) -> Letter:
        return Letter(kind, lane, priority_of(effect), case_id=self.case.id, **more)  # type: ignore[arg-type]

    def _card(self, effect: ShowCard) -> list[Letter]:
        """Return the letter that posts or refreshes the case's card in the group; none before the first forwarding."""
        if not self.case.parts:
            return []
        later = self.now + self.office.approval_delay + SOON if effect.soon else None
        return [self._letter("card", GROUP_LANE, effect, fold=f"card:{self.case.id}", not_before=later)]

    async def _redrawn(self, effect: Redraw) -> list[Letter]:
        """Return letters that refresh the card (`APART` after the last one), the offers, the executors' messages."""
        private = [*await self._made_true("offer", effect), *await self._made_true("work", effect)]
        if not await self.tx.messages.of_case(self.case.id, "card"):
            return private
        last = await self.tx.mark(REDRAWN)
        turn = max(self.now, datetime.fromisoformat(last) + APART) if last else self.now
        await self.tx.set_mark(REDRAWN, turn.isoformat())
        return [self._letter("card", GROUP_LANE, effect, fold=f"card:{self.case.id}", not_before=turn), *private]

    async def _offers(self) -> list[Letter]:
        """Return letters that offer a new case to every present curator, or refresh the offers of a known one. A case
        of a wave is shown only in the wave unless handed in; one of high importance is never left to the list."""
        wave = await self.tx.waves.of_case(self.case.id)
        accounts = sorted({b.account for b in self._bound(self._curators())})
        if self.case.version > 1:
            return await self._known_offers(wave)
        letters = await wave_letters(self.tx, wave, accounts, self.now) if wave is not None else []
        by_itself = self.case.appeal.handed_in_by is not None
        if wave is not None and not by_itself:
            return letters
        if not accounts:
            return [*letters, self._letter("offer", GROUP_LANE, ShowOffer(), fold=f"offer:{self.case.id}:group")]
        if not by_itself and self.case.importance is not Importance.HIGH and await self._is_crowded():
            return [crowd_letter(account, self.now) for account in accounts]
        for a in accounts:
            fold, body = f"offer:{self.case.id}:{a}", await self._tone_of_offer(a)
            letters.append(self._letter("offer", account_lane(a), ShowOffer(), account=a, fold=fold, body=body))
        return letters

    async def _tone_of_offer(self, account: int) -> dict[str, bool]:
        high = self.case.importance is Importance.HIGH
        return {} if high else await self._hushed(f"offered:{account}", OFFERED_AGAIN)

    async def _is_crowded(self) -> bool:
        """Whether more than `list_after` new cases came within the hour, so that a further one goes into the list."""
        fresh = await self.tx.fresh_since(State.NEW, self.now - HOUR, self.list_after + 1)
        return len(fresh) > self.list_after

    async def _known_offers(self, wave: int | None) -> list[Letter]:
        """Return letters that refresh what shows the case to the curators: its offers, its wave, the list it is in."""
        letters = await self._made_true("offer", ShowOffer())
        if wave is not None:
            return [*letters, *await wave_letters(self.tx, wave, (), self.now)]
        if not letters:
            shown = await self.tx.messages.shown("crowd", since=self.now - CROWD_LIVES)
            letters = [crowd_letter(account, self.now) for account in sorted({k.account for k in shown if k.account})]
        return letters

    def _draft(self, effect: ShowDraft) -> list[Letter]:
        body = {"version": effect.version}
        accounts = sorted({b.account for b in self._bound(self._curators())})
        if not accounts:
            return [self._letter("draft", GROUP_LANE, effect, body=body)]
        return [self._letter("draft", account_lane(a), effect, account=a, body=body) for a in accounts]

    async def _made_true(self, kind: str, effect: Effect) -> list[Letter]:
        """Return letters that refresh every message of this kind that shows the case."""
        shown = await self.tx.messages.of_case(self.case.id, kind)
        return [replace(made_true(known), priority=priority_of(effect)) for known in shown]

    def _post(self, effect: PostAnswer) -> list[Letter]:
        assert self.case.appeal.network is not None
        return [self._letter("post", network_lane(self.case.appeal.network), effect, body={"version": effect.version})]

    def _if_helped(self, effect: AskIfHelped) -> list[Letter]:
        """Return the letter asking the citizen if the answer helped, after the promised day or three days; or []."""
        posting, appeal = self.case.posting, self.case.appeal
        if posting is None or not appeal.author_ref or appeal.network is None or appeal.network not in self.asks_in:
            return []
        draft = self.case.draft_of(posting.version)
        promised = promised_day(draft.text if draft is not None else "", posting.at, self.office.zone)
        at, fold = asks_at(posting.at, promised, self.office), f"helped:{self.case.id}"
        to = int(appeal.author_ref) if appeal.network == self.asks_in.messenger else None
        lane = account_lane(to) if to is not None else network_lane(appeal.network)
        return [self._letter("helped", lane, effect, account=to, fold=fold, not_before=at)]

    async def _notice(self, effect: Notify) -> list[Letter]:
        """Return letters that notify each person as they chose; in the group if none can be reached in private."""
        people = self._audience(effect)
        if effect.notice is Notice.MISSED:
            people = self._besides_the_holder(effect, people)
            if not people:
                return []
        if effect.again and effect.notice is Notice.ESCALATION:
            seen = await receipts(self.tx, self.case.id, effect.step, effect.due)
            people = tuple(person for person in people if person not in seen)
            if not people:
                return []
        item = {
            "notice": effect.notice,
            "case": self.case.id,
            "department": effect.department,
            "step": effect.step,
            "text": effect.text,
        }
        if effect.line:
            item |= {"line": effect.line}
        if effect.notice is Notice.NOTE:
            item |= {"by": next(iter(self.actor.people), "")}
        curators = self._instead(effect, people)
        if curators:
            item |= {"instead": True}
        if effect.due is not None:
            item |= {"due": effect.due.isoformat()}
        body = {"items": [item], "people": list(people)}
        if effect.only is not None:
            heard = {b.account for b in self.bindings if b.reachable and b.account == effect.only}
            return [self._letter("notice", account_lane(a), effect, account=a, body=body) for a in heard]
        spoken = effect.notice not in PRIVATELY
        aloud = [b.person for b in self.bindings if b.person in people and b.aloud and spoken]
        accounts = sorted({b.account for b in self._bound(people) if not (b.aloud and spoken)})
        if effect.notice is Notice.POSTED and accounts:
            accounts = await self._told_at_once(effect, accounts)
            if not accounts and not aloud:
                return []
        if effect.notice is Notice.NOTE:
            accounts = [account for account in accounts if account != self.actor.account]
        found = [
            self._letter("notice", account_lane(a), effect, account=a, body={**body, **await self._tone(effect, a)})
            for a in accounts
        ]
        if aloud or not (accounts or effect.notice is Notice.NOTE):
            called = {**body, "people": aloud or list(people), "meant": list(people)}
            found.append(self._letter("notice", GROUP_LANE, effect, body=called if aloud else body))
        told = sorted({b.account for b in self._bound(curators)})
        body = {**body, "people": list(curators)}
        return [*found, *(self._letter("notice", account_lane(a), effect, account=a, body=body) for a in told)]

    async def _told_at_once(self, effect: Notify, accounts: Sequence[int]) -> list[int]:
        """Return the accounts notified of this posted answer at once: people who asked for that, and people who would
        not learn of it from the offer or draft they got or from the evening digest (DESIGN rule 17). If the answer had
        failed or been lost before, return everyone but the person who posted it."""
        if effect.again:
            return [account for account in accounts if account != self.actor.account]
        wanting = {b.account for b in self.bindings if b.posted_at_once}
        shown = [k for kind in ("offer", "draft") for k in await self.tx.messages.of_case(self.case.id, kind)]
        learning = set(accounts) if self.office.policy.digests else {known.account for known in shown}
        return [account for account in accounts if account in wanting or account not in learning]

    async def _tone(self, effect: Notify, account: int) -> dict[str, bool]:
        """Return {"hushed": True} (no sound) for one's own act or for new work soon after other new work; else {}."""
        if effect.notice is not Notice.WORK:
            return {}
        if account == self.actor.account:
            return {"hushed": True}
        return await self._hushed(f"called:{account}", CALLED_AGAIN)

    async def _hushed(self, mark: str, within: timedelta) -> dict[str, bool]:
        """Return {"hushed": True} (no sound) if `mark` last sounded less than `within` ago; else {}, and store now."""
        last = await self.tx.mark(mark)
        if last is not None and self.now - datetime.fromisoformat(last) < within:
            return {"hushed": True}
        await self.tx.set_mark(mark, self.now.isoformat())
        return {}

    # --- who ---------------------------------------------------------------------------------

    def memos(self, reported: Notify) -> list[Letter]:
        """Return letters with the memo on a significant case: to the supervisor, who signs it, and curators (KU-23)."""
        signs = self.office.present(self.office.supervisor, self.now) if self.office.supervisor else ()
        signing = {b.account for b in self._bound(signs)}
        accounts = sorted(signing | {b.account for b in self._bound(self._curators())})
        body = {"which": "memo", "number": self.case.number, "people": [], "private": True, "reply_to": None}
        fold, after = f"memo:{self.case.id}", reported.after
        if not accounts:
            return [Letter("list", GROUP_LANE, Priority.DEADLINE, self.case.id, fold=fold, body=body, not_before=after)]
        return [
            Letter(
                "list",
                account_lane(a),
                Priority.DEADLINE,
                self.case.id,
                a,
                fold=f"{fold}:{a}",
                body={**body, "signs": a in signing or not signing},
                not_before=after,
            )
            for a in accounts
        ]

    def _curators(self) -> tuple[str, ...]:
        return self.office.holders(Role.CURATOR, self.now)

    def _instead(self, effect: Notify, people: Sequence[str]) -> tuple[str, ...]:
        """Return the curators if a notice of a department's term finds nobody there (the group gets it too); or ()."""
        of_term = effect.notice in (Notice.WORK, Notice.REMINDER, Notice.OVERDUE, Notice.IDLE)
        executors = effect.to in (Audience.LEAD, Audience.DEPARTMENT)
        return self._curators() if of_term and executors and not people and effect.only is None else ()

    def _besides_the_holder(self, effect: Notify, people: Sequence[str]) -> tuple[str, ...]:
        """Return `people` without those notified of the missed term anyway, as its holder or in the holder's place."""
        if effect.to is not Audience.CURATORS:
            return tuple(person for person in people if person not in self._curators())
        holders = self.office.holders(Role.EXECUTOR, self.now, effect.department or "")
        return tuple(person for person in people if person not in holders) if holders else ()

    def _audience(self, effect: Notify) -> tuple[str, ...]:
        """Return the keys of the people the notice is for, with substitutes in place of absent ones."""
        lead = self.case.lead
        department = effect.department or (lead.department if lead else None) or self._last_department()
        match effect.to:
            case Audience.CURATORS:
                return self._curators()
            case Audience.LEAD | Audience.DEPARTMENT:
                asked = lead.department if effect.to is Audience.LEAD and lead is not None else department
                return self.office.holders(Role.EXECUTOR, self.now, asked) if asked else ()
            case Audience.OVERSEER:
                person = self.office.overseer(department)
            case Audience.SUPERVISOR:
                person = self.office.supervisor
            case Audience.FIRST_DEPUTY:
                person = self.office.first_deputy
            case Audience.HEAD:
                person = self.office.head
            case _:
                assert_never(effect.to)
        return self.office.present(person, self.now) if person else ()

    def _last_department(self) -> str | None:
        return self.case.parts[-1].department if self.case.parts else None

    def _bound(self, people: Iterable[str]) -> list[Binding]:
        """Return the bindings (accounts) of those people whom the bot can write to in private."""
        wanted = set(people)
        return [b for b in self.bindings if b.person in wanted and b.reachable]
