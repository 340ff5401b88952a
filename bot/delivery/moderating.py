"""What a person decided about a comment, told to its network: deleting, restoring, the black list.

Each of these may be told twice without harm, so a doubtful end is simply told again; what is told is made from the decision
as it stands at that moment. Never called but for a letter a person's decision put into the outbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from bot.delivery.ledger import Ledger
from bot.delivery.ports import Act, Carried, Failed, Renderer, Report
from networks.port import Ambiguous, Done, Moderates, Moderation, Network, NotDone, TryLater
from storage.failures import StorageError
from workflow.moderation import Order
from workflow.ports import Letter

TRIES = 10
"""So often a network that says «later», or nothing, is told; with the growing pauses that is about half an hour."""


@dataclass
class Moderator:
    ledger: Ledger
    networks: Mapping[str, Network]
    render: Renderer
    report: Report

    async def carry(self, letter_id: int) -> None:
        """One try at one `moderate` letter."""
        taken = await self._take(letter_id)
        if taken is None:
            return
        letter, act = taken
        network: object = self.networks.get(act.network)
        if not isinstance(network, Moderates) or not network.may_moderate:
            await self._ended(letter, act, Failed("by_hand"))
            return
        match await _told(network, act):
            case Done():
                await self._ended(letter, act, Carried())
            case NotDone(reason, detail):
                await self._ended(letter, act, Failed(reason.value, detail))
            case TryLater(seconds, detail):
                await self._again(letter, act, seconds, "network_down", detail)
            case Ambiguous(detail):
                await self._again(letter, act, 0.0, "ambiguous", detail)

    async def _take(self, letter_id: int) -> tuple[Letter, Act] | None:
        async with self.ledger.write() as page:
            letter = await page.outbox.get(letter_id)
            if letter is None or letter.state != "waiting":
                return None
            rendered = await self.render.render(page, letter, None)
            if not isinstance(rendered, Act):
                await self.ledger.done(page, letter, "dropped")
                return None
            await self.ledger.sending(page, letter)
        return letter, rendered

    async def _again(self, letter: Letter, act: Act, seconds: float, reason: str, detail: str) -> None:
        if letter.attempts + 1 >= TRIES:
            await self._ended(letter, act, Failed(reason, detail))
        else:
            await self.ledger.later(letter, seconds, detail)

    async def _ended(self, letter: Letter, act: Act, outcome: Carried | Failed) -> None:
        """Told and marked in one transaction. If the telling fails the network is told once more, which changes nothing there."""
        try:
            async with self.ledger.write() as page:
                if isinstance(outcome, Carried):
                    await self.ledger.done(page, letter, "moderated")
                else:
                    await self.ledger.failed(page, letter, "not_moderated", outcome.reason, level="warning")
                await self.report.moderated(page, letter, act, outcome)
        except StorageError:
            raise
        except Exception as error:
            await self.ledger.broken(letter, f"telling failed: {type(error).__name__}", TRIES)


async def _told(network: Moderates, act: Act) -> Moderation:
    match act.order:
        case Order.DELETE:
            return await network.delete(act.target)
        case Order.RESTORE:
            return await network.restore(act.target)
        case Order.BAN:
            return await network.ban(act.target, act.reason)
        case Order.UNBAN:
            return await network.unban(act.target)
        case _:
            assert_never(act.order)
