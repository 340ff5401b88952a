"""An answer to a citizens' network, or a post of the office's own, posted once. A doubtful end is looked up before anything is
repeated; where it cannot be looked up a person must look. Never a double comment, never a double post.

A network that says «later», or nothing, is asked again with growing pauses. After half an hour the posting is left to a
person, who is told why; from then on nothing is posted without him, since he may be doing it by hand. Nobody can be told
while nothing leaves for the messenger: then it is tried on. How it ended is told to `Report` in the transaction that marks
the letter.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.delivery.ledger import Ledger, doubts, with_trace
from bot.delivery.ports import Failed, Post, Renderer, Report
from bot.delivery.trying import LONG
from networks.port import (
    Ambiguous,
    Answer,
    LookUpImpossible,
    Network,
    NotPosted,
    Outcome,
    Posted,
    Publishes,
    TryLater,
    WallPost,
)
from workflow.ports import Letter

LOOK_AGAIN_SECONDS = 10.0
"""A comment whose request broke off may appear a little later; so long nothing is posted anew."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where something is posted, and how it is looked for."""

    post: Callable[[], Awaitable[Outcome]]
    look_up: Callable[[], Awaitable[Posted | LookUpImpossible | TryLater | None]]


def target_of(network: Network | None, what: Answer | WallPost) -> Target | None:
    """None where nobody posts such a thing there by machine."""
    if isinstance(what, Answer):
        return Target(lambda: network.post(what), lambda: network.look_up(what)) if network is not None else None
    publisher: object = network
    if not isinstance(publisher, Publishes):
        return None
    return Target(lambda: publisher.publish(what), lambda: publisher.look_up_post(what))


@dataclass
class Poster:
    """`can_tell`: whether a person can be told now that a posting is left to him."""

    ledger: Ledger
    networks: Mapping[str, Network]
    render: Renderer
    report: Report
    can_tell: Callable[[], bool]

    async def carry(self, letter_id: int) -> None:
        """One try at one `post` or `publish` letter."""
        taken = await self._take(letter_id)
        if taken is None:
            return
        letter, post = taken
        target = target_of(self.networks.get(post.network), post.answer)
        if letter.body.get("outcome"):
            await self._ended(letter, _outcome(letter.body["outcome"]))
        elif target is None:
            await self._ended(letter, Failed("by_hand"))
        elif doubts(letter):
            await self._after_doubt(letter, target)
        else:
            await self._post(letter, target)

    async def _take(self, letter_id: int) -> tuple[Letter, Post] | None:
        async with self.ledger.write() as tx:
            letter = await tx.outbox.get(letter_id)
            if letter is None or letter.state != "waiting":
                return None
            rendered = await self.render.render(tx, letter, None)
            if rendered is None and not doubts(letter) and not letter.body.get("outcome"):
                await self.ledger.done(tx, letter, "dropped")
                return None
            if not isinstance(rendered, Post):
                await self.ledger.given_up(tx, letter, "broken", "nothing to post was rendered")
                return None
            since = str(letter.body.get("since") or self.ledger.clock.now().isoformat())
            letter = replace(letter, body={**letter.body, "since": since})
            await self.ledger.sending(tx, letter, body=with_trace(letter))
        answer = rendered.answer
        attempt = answer.attempt_id or f"{self.ledger.municipality}-{letter.id}"
        return letter, replace(
            rendered, answer=replace(answer, attempt_id=attempt, since=datetime.fromisoformat(since))
        )

    async def _post(self, letter: Letter, target: Target) -> None:
        outcome = await target.post()
        await self.ledger.surely(partial(self._posted, letter, target, outcome))

    async def _posted(self, letter: Letter, target: Target, outcome: Outcome) -> None:
        match outcome:
            case Posted() as posted:
                await self._ended(letter, posted)
            case NotPosted(reason, detail):
                await self._ended(letter, Failed(reason.value, detail))
            case TryLater(seconds, detail):
                await self._again(letter, seconds, "network_down", detail)
            case Ambiguous(detail):
                await self._doubtful(letter, target, detail)

    async def _doubtful(self, letter: Letter, target: Target, detail: str) -> None:
        """Looked up at once; what is not there yet may still appear, so the repeat waits and looks again first."""
        doubted = replace(letter, body={**letter.body, "doubts": doubts(letter) + 1})
        match await target.look_up():
            case Posted() as posted:
                await self._ended(letter, posted)
            case LookUpImpossible():
                await self._ended(letter, Failed("ambiguous", detail))
            case TryLater() | None:
                await self._again(doubted, LOOK_AGAIN_SECONDS, "ambiguous", detail)

    async def _after_doubt(self, letter: Letter, target: Target) -> None:
        """An earlier try, perhaps of a process that was killed, ended without anybody knowing how."""
        match await target.look_up():
            case Posted() as posted:
                await self._ended(letter, posted)
            case LookUpImpossible(detail):
                await self._ended(letter, Failed("ambiguous", detail))
            case TryLater(seconds, detail):
                await self._again(letter, max(seconds, LOOK_AGAIN_SECONDS), "ambiguous", detail)
            case None:
                await self._repeat(letter, target)

    async def _again(self, letter: Letter, seconds: float, reason: str, detail: str) -> None:
        """Again after a pause; after half an hour it is a person's, who learns `reason`."""
        left = datetime.fromisoformat(letter.body["since"]) + LONG - self.ledger.clock.now()
        if left > timedelta(0):
            await self.ledger.later(letter, seconds, detail, most=left)
        elif self.can_tell():
            await self._ended(letter, Failed(reason, detail))
        else:
            await self.ledger.later(letter, seconds, detail)

    async def _repeat(self, letter: Letter, target: Target) -> None:
        if letter.case_id is not None:
            async with self.ledger.write() as tx:
                await tx.journal_line(letter.case_id, "post_repeated", {}, self.ledger.clock.now())
        await self._post(letter, target)

    async def _ended(self, letter: Letter, outcome: Posted | Failed) -> None:
        """Told and marked in one transaction. If the telling fails, how the posting ended is kept for the next try."""
        try:
            async with self.ledger.write() as tx:
                if isinstance(outcome, Posted):
                    await self.ledger.done(tx, letter, "posted")
                else:
                    await self.ledger.failed(tx, letter, "not_posted", outcome.reason)
                await self.report.outcome(tx, letter, outcome)
        except Exception as error:
            kept = {**letter.body, "outcome": [type(outcome).__name__, *astuple(outcome)]}
            await self.ledger.later(replace(letter, body=kept), 0.0, f"telling failed: {type(error).__name__}")


def _outcome(kept: list[str]) -> Posted | Failed:
    name, *values = kept
    return Posted(*values) if name == Posted.__name__ else Failed(*values)
