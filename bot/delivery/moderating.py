"""Pass a person's decision about a comment on to its network: delete, restore, ban, unban.

An order is idempotent, so one with an unknown outcome is simply repeated (a deletion or a restoration is looked up
first). It is made from the decision as it stands at that moment. After half an hour without success it is left to a
person, like a posting. Runs only for letters that a person's decision put into the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.delivery.ledger import Ledger, doubts, with_trace
from bot.delivery.ports import Act, Carried, Failed, Renderer, Report
from bot.delivery.trying import LONG
from networks.port import Ambiguous, Done, Gone, LooksAfter, Moderates, Moderation, Network, NotDone, Stands, TryLater
from storage.failures import StorageError
from workflow.official.moderation import Order
from workflow.ports import Letter

TRIES_OF_TELLING = 10


@dataclass
class Moderator:
    """Carries out orders about comments in their networks. `can_tell`: whether a person can be notified now that an
    order is left to them."""

    ledger: Ledger
    networks: Mapping[str, Network]
    render: Renderer
    report: Report
    can_tell: Callable[[], bool]

    async def carry(self, letter_id: int) -> None:
        """Try to carry out the order in one `moderate` letter (queued order), once, and record the outcome."""
        taken = await self._take(letter_id)
        if taken is None:
            return
        letter, act = taken
        network: object = self.networks.get(act.network)
        if not isinstance(network, Moderates) or not network.may_moderate:
            await self._ended(letter, act, Failed("by_hand"))
            return
        if doubts(letter) and await _is_done(network, act):
            await self._ended(letter, act, Carried())
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
        async with self.ledger.write() as tx:
            letter = await tx.outbox.get(letter_id)
            if letter is None or letter.state != "waiting":
                return None
            rendered = await self.render.render(tx, letter, None, 0)
            if not isinstance(rendered, Act):
                await self.ledger.done(tx, letter, "dropped")
                return None
            since = str(letter.body.get("since") or self.ledger.clock.now().isoformat())
            letter = replace(letter, body={**letter.body, "since": since})
            await self.ledger.sending(tx, letter, body=with_trace(letter))
        return letter, rendered

    async def _again(self, letter: Letter, act: Act, seconds: float, reason: str, detail: str) -> None:
        since = datetime.fromisoformat(letter.body["since"])
        if self.ledger.clock.now() - since >= LONG and self.can_tell():
            await self._ended(letter, act, Failed(reason, detail))
        else:
            await self.ledger.later(letter, seconds, detail)

    async def _ended(self, letter: Letter, act: Act, outcome: Carried | Failed) -> None:
        """Mark the letter as done or failed and report the outcome in one transaction. If the report fails, the order
        is sent again later (at most ten times), which changes nothing in the network."""
        try:
            async with self.ledger.write() as tx:
                if isinstance(outcome, Carried):
                    await self.ledger.done(tx, letter, "moderated")
                else:
                    await self.ledger.failed(tx, letter, "not_moderated", outcome.reason, level="warning")
                await self.report.moderated(tx, letter, act, outcome)
        except StorageError:
            raise
        except Exception as error:
            await self.ledger.broken(letter, f"telling failed: {type(error).__name__}", TRIES_OF_TELLING)


async def _is_done(network: Moderates, act: Act) -> bool:
    """Whether the network shows that the order has been carried out. False if the network cannot tell, and for orders
    about an author, which do no harm when repeated."""
    if not isinstance(network, LooksAfter) or act.order not in (Order.DELETE, Order.RESTORE):
        return False
    standing = (await network.look_after([act.target])).get(act.target)
    return isinstance(standing, Gone if act.order is Order.DELETE else Stands)


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
