"""Post an answer to a citizens' network, or the office's own post, exactly once: never a double comment or post.

After an unknown outcome the network is checked before a repeat; if it cannot be checked, a person must look. If a
network says «later», or nothing, the posting is retried with growing pauses. After half an hour it is left to a person,
who is told why; nothing is posted after that, since they may be doing it by hand. While the connection to the messenger
is down nobody can be notified, so the retries go on. `Report` learns the outcome in the transaction that marks the
letter.
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
from storage.restored import RESTORED_FROM
from storage.transaction import Transaction
from workflow.ports import Letter

LOOK_AGAIN_SECONDS = 10.0
"""Seconds to wait before a posting is repeated: a comment whose request broke off may still appear a little later."""


@dataclass(frozen=True, slots=True)
class Target:
    """How to post something, and how to look up whether it was posted."""

    post: Callable[[], Awaitable[Outcome]]
    look_up: Callable[[], Awaitable[Posted | LookUpImpossible | TryLater | None]]


def target_of(network: Network | None, what: Answer | WallPost) -> Target | None:
    """Return how to post `what` to the network; None if the bot does not post such a thing there."""
    if isinstance(what, Answer):
        return Target(lambda: network.post(what), lambda: network.look_up(what)) if network is not None else None
    publisher: object = network
    if not isinstance(publisher, Publishes):
        return None
    return Target(lambda: publisher.publish(what), lambda: publisher.look_up_post(what))


@dataclass
class Poster:
    """Posts answers and publications to the networks, and looks a doubtful one up before it is posted again.

    `can_tell`: whether the messenger can be reached now, so that a person would hear that they have to post by hand.
    """

    ledger: Ledger
    networks: Mapping[str, Network]
    render: Renderer
    report: Report
    can_tell: Callable[[], bool]

    async def carry(self, letter_id: int) -> None:
        """Try to post what one `post` or `publish` letter (queued posting) asks for, once, and record the outcome."""
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
            rendered = await self.render.render(tx, letter, None, 0)
            if rendered is None and not doubts(letter) and not letter.body.get("outcome"):
                await self.ledger.done(tx, letter, "dropped")
                return None
            if not isinstance(rendered, Post):
                await self.ledger.given_up(tx, letter, "broken", "nothing to post was rendered")
                return None
            letter = await self._doubted_after_restore(tx, letter, rendered)
            since = str(letter.body.get("since") or self.ledger.clock.now().isoformat())
            letter = replace(letter, body={**letter.body, "since": since})
            await self.ledger.sending(tx, letter, body=with_trace(letter))
        answer = rendered.answer
        attempt = answer.attempt_id or f"{self.ledger.municipality}-{letter.id}"
        return letter, replace(
            rendered, answer=replace(answer, attempt_id=attempt, since=datetime.fromisoformat(since))
        )

    async def _doubted_after_restore(self, tx: Transaction, letter: Letter, post: Post) -> Letter:
        """Return the letter, marked as perhaps posted if it was decided before the backup that the database was
        restored from: the answer may have been posted after that backup."""
        copied = await tx.mark(RESTORED_FROM)
        if copied is None or post.decided is None or "since" in letter.body:
            return letter
        if post.decided > datetime.fromisoformat(copied):
            return letter
        return replace(letter, body={**letter.body, "doubts": 1, "since": post.decided.isoformat()})

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
        """After an unknown outcome, look at once whether the posting is there. It may still appear, so a repeat waits
        and looks again first."""
        doubted = replace(letter, body={**letter.body, "doubts": doubts(letter) + 1})
        match await target.look_up():
            case Posted() as posted:
                await self._ended(letter, posted)
            case LookUpImpossible():
                await self._ended(letter, Failed("ambiguous", detail))
            case TryLater() | None:
                await self._again(doubted, LOOK_AGAIN_SECONDS, "ambiguous", detail)

    async def _after_doubt(self, letter: Letter, target: Target) -> None:
        """Look up an earlier try with an unknown outcome (perhaps of a killed process); post again if it is not there."""
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
        """Retry the posting after a pause; once half an hour has passed, leave it to a person, with `reason`, if one
        can be notified."""
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
        """Mark the letter as done or failed and report the outcome in one transaction. If that fails, store the outcome
        for the letter's next try, which only reports it."""
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
