"""Granting what is asked about many messages at once, or about one that was left alone. Within the open transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.finding import Finding
from bot.letters import made_true
from bot.look import Look
from bot.postroom import crowd_letter
from bot.waves import letters as wave_letters
from handlers.updates import Incoming
from handlers.wishes import ForwardWave, FoundWish, GatherWave, ShowOne, TakeUp
from storage.page import Page
from workflow.case import Case, Other, State
from workflow.commands import Action, AnyCommand, Forward, Merge
from workflow.effects import Priority
from workflow.outcomes import Accepted
from workflow.ports import Letter, account_lane
from workflow.transitions import may


class Toasts(Protocol):
    def toast(self, key: str, facts: Mapping[str, Any]) -> str: ...


@dataclass(frozen=True)
class FoundGranting:
    finding: Finding
    words: Toasts

    async def grant(self, page: Page, wish: FoundWish, incoming: Incoming, look: Look) -> str:
        """The wish is done; the words over the button that asked for it."""
        match wish:
            case TakeUp(number):
                return await self._take_up(page, number, incoming, look)
            case ShowOne(number):
                return await self._show(page, number, incoming, look)
            case ForwardWave(wave, department):
                return await self._forward(page, wave, department, look)
            case GatherWave(wave):
                return await self._gather(page, wave, look)

    async def _take_up(self, page: Page, number: int, incoming: Incoming, look: Look) -> str:
        case = await self.finding.take(page, number, look.actor, look.office, look.now)
        known = await page.messages.at(incoming.chat, incoming.message)
        if known is not None:
            await page.outbox.put([made_true(known)], look.now)
        if case is None:
            return self.words.toast("taken_already", {})
        account = incoming.sender.account if incoming.sender else 0
        if look.reachable(account):
            fold = f"offer:{case.id}:{account}"
            await page.outbox.put(
                [Letter("offer", account_lane(account), Priority.TAP, case.id, account, fold)], look.now
            )
        return self.words.toast("taken_up", {"number": case.number})

    async def _show(self, page: Page, number: int, incoming: Incoming, look: Look) -> str:
        """The one message by itself; the list it stood in loses it once it is shown."""
        case, account = await page.case(number), incoming.sender.account if incoming.sender else 0
        if case is None or not look.reachable(account):
            return self.words.toast("taken_already", {})
        lane, fold = account_lane(account), f"offer:{case.id}:{account}"
        offer = Letter("offer", lane, Priority.TAP, case.id, account, fold=fold)
        await page.outbox.put([offer, crowd_letter(account, look.now)], look.now)
        return self.words.toast("shown_below", {"number": case.number})

    async def _forward(self, page: Page, wave: int, department: str, look: Look) -> str:
        done = 0
        for case in await self._fresh(page, wave):
            forwarded = await self._carry(page, Forward(look.actor, case.id, (department,)), look)
            if forwarded is not None:
                await self.finding.learn(page, forwarded, look.now)
                done += 1
        await self._made_true(page, wave, look)
        if not done:
            return self.words.toast("wave_is_sorted", {})
        return self.words.toast("wave_forwarded", {"n": done, "department": look.office.departments[department].name})

    async def _gather(self, page: Page, wave: int, look: Look) -> str:
        """All that is new is put under the first message that can take it in."""
        cases = await self._cases(page, wave)
        first = next((case for case in cases if may(Action.TAKE_IN, case.state)), None)
        done = 0
        for case in await self._fresh(page, wave):
            if first is None or case.id == first.id:
                continue
            merge = Merge(look.actor, case.id, Other(first.id, first.number))
            done += await self._carry(page, merge, look) is not None
        await self._made_true(page, wave, look)
        if first is None or not done:
            return self.words.toast("wave_is_sorted", {})
        return self.words.toast("wave_gathered", {"n": done, "number": first.number})

    async def _carry(self, page: Page, command: AnyCommand, look: Look) -> Case | None:
        decision = await self.finding.desk.carry_out(page, command, look.now, page.municipality)
        return decision.after if isinstance(decision, Accepted) else None

    async def _made_true(self, page: Page, wave: int, look: Look) -> None:
        await page.outbox.put(await wave_letters(page, wave, (), look.now), look.now)

    async def _cases(self, page: Page, number: int) -> list[Case]:
        wave = await page.waves.get(number)
        found = [await page.case(case) for case in wave.cases] if wave is not None else []
        return [case for case in found if case is not None]

    async def _fresh(self, page: Page, number: int) -> list[Case]:
        return [case for case in await self._cases(page, number) if case.state is State.NEW]
