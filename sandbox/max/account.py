"""One bot inside MAX: its token, its updates, its webhook, the people it knows, its menu.

Updates go to the subscribed webhook if there is one, otherwise they wait for GET /updates. They carry no number; the
answer's `marker` names the position of the next one.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.max.limits import BotLimits
from sandbox.max.model import User

Json = dict[str, Any]

UPDATE_TYPES = frozenset(
    (
        "message_created",
        "message_edited",
        "message_removed",
        "message_callback",
        "bot_added",
        "bot_removed",
        "bot_started",
        "bot_stopped",
        "user_added",
        "user_removed",
        "chat_title_changed",
        "dialog_cleared",
        "dialog_muted",
        "dialog_unmuted",
        "dialog_removed",
        "comment_created",
        "comment_edited",
        "comment_removed",
        "bot_admin_permissions_changed",
    )
)
#: Kinds of updates that come by webhook only.
WEBHOOK_ONLY = frozenset(("bot_admin_permissions_changed",))
#: How long an update waits for a poll, by the calendar.
LIFE = timedelta(hours=24)
#: How long MAX goes on trying a webhook; after that long without a 200 the bot is unsubscribed.
PATIENCE = timedelta(hours=8)
#: The pauses before the repeats of one delivery.
RETRIES = tuple(timedelta(seconds=60 * 2.5**n) for n in range(10))
FIRST_MARKER = 25_493_970

Woken = Literal["updates", "webhook", "closed"]


@dataclass(frozen=True)
class Update:
    """One update that waits for a poll, as it was when it happened. `verbatim`: text sent in its place, even if it is
    no JSON.
    """

    position: int
    body: Json
    expires: datetime
    verbatim: str | None = None


@dataclass
class Delivery:
    """One update on its way to a webhook: when it is tried next (`due`), and how often it was tried."""

    body: Json
    due: datetime
    happened: datetime
    tried: int = 0
    verbatim: str | None = None


@dataclass
class Subscription:
    """A bot's webhook. `types`: the kinds of updates wanted, None for all; `failing_since`: when answers other than 200
    began.
    """

    url: str
    secret: str | None
    types: frozenset[str] | None
    since: datetime
    waiting: list[Delivery] = field(default_factory=list)
    failing_since: datetime | None = None


@dataclass(eq=False)
class BotAccount:
    """What MAX keeps for one bot: its updates, webhook, limits and commands."""

    token: str
    user: User
    updates: deque[Update] = field(default_factory=deque)
    next_position: int = FIRST_MARKER
    subscription: Subscription | None = None
    polls: list["asyncio.Future[Woken]"] = field(default_factory=list)
    limits: BotLimits = field(default_factory=BotLimits)
    commands: list[Json] = field(default_factory=list)
    met: set[int] = field(default_factory=set)
    lost: list[Json] = field(default_factory=list)
    """Updates that were not fetched in time, or never reached a webhook."""
    happened: list[Json] = field(default_factory=list)
    """Every update queued so far, oldest first."""

    def push(self, body: Json, now: datetime, verbatim: str | None = None) -> None:
        """Queue an update for the webhook if there is one (and wants the kind), otherwise for a poll."""
        kind = str(body.get("update_type"))
        if self.subscription is not None:
            if self.subscription.types is None or kind in self.subscription.types:
                self.happened.append(body)
                self.subscription.waiting.append(Delivery(body, now, now, verbatim=verbatim))
                self.wake("webhook")
            return
        if kind in WEBHOOK_ONLY:
            return
        self.happened.append(body)
        self.updates.append(Update(self.next_position, body, now + LIFE, verbatim))
        self.next_position += 1
        self.wake("updates")

    def wake(self, why: Woken) -> None:
        """Let every waiting poll go on, with `why` as the reason."""
        for poll in self.polls:
            if not poll.done():
                poll.set_result(why)
        self.polls.clear()

    def fetch(
        self, marker: int | None, limit: int, types: frozenset[str] | None, now: datetime
    ) -> tuple[list[Update], int]:
        """Return the updates that a poll gets, and the marker for the next poll.

        A marker confirms everything before it. Without one only the last update comes. Kinds that were not asked for
        are skipped for good.
        """
        while self.updates and self.updates[0].expires <= now:
            self.lost.append(self.updates.popleft().body)
        if marker is None:
            last = [update for update in self.updates if _wanted(update, types)][-1:]
            return last, self.next_position
        while self.updates and self.updates[0].position < marker:
            self.updates.popleft()
        found: list[Update] = []
        for update in self.updates:
            if len(found) == limit:
                return found, update.position
            if _wanted(update, types):
                found.append(update)
        return found, max(self.next_position, marker)


def _wanted(update: Update, types: frozenset[str] | None) -> bool:
    return types is None or update.body.get("update_type") in types
