"""Do what curators ask about many messages at once, or about one that was left alone. Runs within the open transaction."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering.answered import Answered
from bot.answering.letters import made_true
from bot.answering.saying import say
from bot.answering.toasts import toast
from bot.answering.view import Look
from bot.cases.gathered import crowd_letter, wave_letters
from bot.found.finding import Finding
from bot.found.gathering import new_of_list
from bot.found.screens import guessed_line, staying_line
from config.texts import Texts
from handlers.incoming import Incoming
from handlers.wishes import Ask, AskForwardGuessed, ForwardGuessed, ForwardWave, FoundWish, GatherWave, ShowOne, TakeUp
from storage.transaction import Transaction
from workflow.case import Case, Other, State
from workflow.commands import Action, AnyCommand, Forward, Merge
from workflow.effects import Priority
from workflow.outcomes import Accepted
from workflow.ports import Letter, account_lane
from workflow.transitions import may

AT_ONCE = 20
"""How many messages one confirmation forwards at most."""


@dataclass(frozen=True)
class FoundGranting:
    finding: Finding
    texts: Texts

    async def grant(self, tx: Transaction, wish: FoundWish, incoming: Incoming, look: Look) -> Answered:
        """Do what the curator asked for (`wish`); return the toast for the pressed button."""
        match wish:
            case TakeUp():
                return await self._take_up(tx, wish, incoming, look)
            case ShowOne(number):
                return await self._show(tx, number, incoming, look)
            case ForwardWave(wave, department):
                return await self._forward(tx, wave, department, look)
            case GatherWave(wave):
                return await self._gather(tx, wave, look)
            case AskForwardGuessed():
                return await self._ask_guessed(tx, look)
            case ForwardGuessed():
                return await self._forward_guessed(tx, wish, incoming, look)

    async def _take_up(self, tx: Transaction, wish: TakeUp, incoming: Incoming, look: Look) -> Answered:
        seen = await tx.seen.get(wish.seen)
        is_meant = seen is not None and seen.mark == wish.mark
        case = await self.finding.take(tx, wish.seen, look.actor, look.office, look.now) if is_meant else None
        known = await tx.messages.at(incoming.chat, incoming.message)
        if known is not None:
            await tx.outbox.put([made_true(known)], look.now)
        if case is None:
            return Answered(toast(self.texts, "taken_already"))
        account = incoming.sender.account if incoming.sender else 0
        if look.reachable(account):
            fold = f"offer:{case.id}:{account}"
            await tx.outbox.put(
                [Letter("offer", account_lane(account), Priority.TAP, case.id, account, fold)], look.now
            )
        return Answered(toast(self.texts, "taken_up", {"number": case.number}))

    async def _show(self, tx: Transaction, number: int, incoming: Incoming, look: Look) -> Answered:
        """Send the case's offer to the person and refresh their list, which then leaves it out; return the toast."""
        case, account = await tx.case(number), incoming.sender.account if incoming.sender else 0
        if case is None or not look.reachable(account):
            return Answered(toast(self.texts, "taken_already"))
        lane, fold = account_lane(account), f"offer:{case.id}:{account}"
        offer = Letter("offer", lane, Priority.TAP, case.id, account, fold=fold)
        await tx.outbox.put([offer, crowd_letter(account, look.now)], look.now)
        return Answered(toast(self.texts, "shown_below", {"number": case.number}))

    async def _forward(self, tx: Transaction, wave: int, department: str, look: Look) -> Answered:
        done = 0
        for case in await self._fresh(tx, wave):
            forwarded = await self._carry(tx, Forward(look.actor, case.id, (department,)), look)
            if forwarded is not None:
                await self.finding.learn(tx, forwarded, look.now)
                done += 1
        await self._made_true(tx, wave, look)
        if not done:
            return Answered(toast(self.texts, "wave_is_sorted"))
        return Answered(
            toast(self.texts, "wave_forwarded", {"n": done, "department": look.office.departments[department].name})
        )

    async def _gather(self, tx: Transaction, wave: int, look: Look) -> Answered:
        """Merge all new cases of the wave (similar messages) into its first case that can take others in; return the
        toast."""
        cases = await self._cases(tx, wave)
        first = next((case for case in cases if may(Action.TAKE_IN, case.state)), None)
        done = 0
        for case in await self._fresh(tx, wave):
            if first is None or case.id == first.id:
                continue
            merge = Merge(look.actor, case.id, Other(first.id, first.number))
            done += await self._carry(tx, merge, look) is not None
        await self._made_true(tx, wave, look)
        if first is None or not done:
            return Answered(toast(self.texts, "wave_is_sorted"))
        return Answered(toast(self.texts, "wave_gathered", {"n": done, "number": first.number}))

    async def _ask_guessed(self, tx: Transaction, look: Look) -> Answered:
        """Return a question whether to forward the first cases of the list as guessed; those without a guess stay in
        the list and are named."""
        cases = await new_of_list(tx, look.actor.account or 0, look.now)
        guessed = [case for case in cases if case.suggested in look.office.departments][:AT_ONCE]
        rows = [{"case": case.id, "version": case.version, "department": case.suggested} for case in guessed]
        if not rows:
            return Answered(toast(self.texts, "nothing_guessed"))
        lines = [guessed_line(self.texts, case, look.office, look.now) for case in guessed]
        unguessed = [case.number for case in cases if case.suggested not in look.office.departments]
        lines += [staying_line(self.texts, unguessed)] if unguessed else []
        asked = Ask("forward_guessed", None, {"rows": rows, "lines": lines})
        return Answered(toast(self.texts, "asked_forward_guessed"), ask=asked)

    async def _forward_guessed(self, tx: Transaction, wish: ForwardGuessed, incoming: Incoming, look: Look) -> Answered:
        """Forward each case by a command of its own and return the toast; a case that has changed since it was shown
        stays in the list and is named."""
        done, left = 0, []
        for number, version, department in wish.rows:
            case = await tx.case(number)
            as_shown = case is not None and case.version == version and case.state is State.NEW
            command = Forward(look.actor, number, (department,))
            forwarded = await self._carry(tx, command, look) if as_shown else None
            if forwarded is not None:
                await self.finding.learn(tx, forwarded, look.now)
                done += 1
            elif case is not None:
                left.append(f"№ {case.number}")
        if left:
            await say(tx, "guesses_left", {"numbers": ", ".join(left)}, incoming, look)
        await tx.outbox.put([crowd_letter(look.actor.account or 0, look.now)], look.now)
        return Answered(toast(self.texts, "guesses_forwarded", {"n": done}), close=wish.question)

    async def _carry(self, tx: Transaction, command: AnyCommand, look: Look) -> Case | None:
        decision = await self.finding.desk.carry_out(tx, command, look.now, tx.municipality)
        return decision.after if isinstance(decision, Accepted) else None

    async def _made_true(self, tx: Transaction, wave: int, look: Look) -> None:
        await tx.outbox.put(await wave_letters(tx, wave, (), look.now), look.now)

    async def _cases(self, tx: Transaction, number: int) -> list[Case]:
        wave = await tx.waves.get(number)
        found = [await tx.case(case) for case in wave.cases] if wave is not None else []
        return [case for case in found if case is not None]

    async def _fresh(self, tx: Transaction, number: int) -> list[Case]:
        return [case for case in await self._cases(tx, number) if case.state is State.NEW]
