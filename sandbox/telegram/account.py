"""One bot inside Telegram: its token, its queue of updates, the accounts it knows, its settings."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.telegram.limits import BotLimits
from sandbox.telegram.model import User

#: Updates a bot must ask for by name; all others come by default.
ON_REQUEST_ONLY = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
_KINDS = (
    "message edited_message channel_post edited_channel_post business_connection business_message "
    "edited_business_message deleted_business_messages guest_message message_reaction "
    "message_reaction_count inline_query chosen_inline_result callback_query shipping_query "
    "pre_checkout_query purchased_paid_media poll poll_answer my_chat_member chat_member "
    "chat_join_request chat_boost removed_chat_boost managed_bot"
)
UPDATE_KINDS = frozenset(_KINDS.split())
#: How long Telegram keeps an unfetched update, by the calendar.
MESSAGE_LIFE = timedelta(hours=24)
PRESS_LIFE = timedelta(seconds=150)
FIRST_UPDATE_ID = 400_000_001

Woken = Literal["updates", "conflict", "webhook", "closed"]


@dataclass(frozen=True)
class Verbatim:
    """Text sent exactly as written, even if it is not valid JSON."""

    written: str


@dataclass(frozen=True)
class Update:
    """One update in the queue: `body` is the value under `kind`, as it was when it happened. `verbatim`: text sent in
    place of all that.
    """

    id: int
    kind: str
    body: dict[str, Any]
    expires: datetime
    verbatim: str | None = None

    def as_json(self) -> dict[str, Any] | Verbatim:
        """Return the update in the form of getUpdates."""
        return {"update_id": self.id, self.kind: self.body} if self.verbatim is None else Verbatim(self.verbatim)


@dataclass(eq=False)
class BotAccount:
    """What Telegram keeps for one bot. `allowed`: the kinds of updates it asked for, None for the default set."""

    token: str
    user: User
    queue: deque[Update] = field(default_factory=deque)
    next_update_id: int = FIRST_UPDATE_ID
    allowed: frozenset[str] | None = None
    webhook: dict[str, Any] = field(default_factory=dict)
    webhook_secret: str = ""
    waiting: "asyncio.Future[Woken] | None" = None
    limits: BotLimits = field(default_factory=BotLimits)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    expired: set[int] = field(default_factory=set)
    """Ids of updates that were not fetched in time."""

    def wants(self, kind: str) -> bool:
        """Whether the bot gets updates of this kind."""
        return kind not in ON_REQUEST_ONLY if self.allowed is None else kind in self.allowed

    def push(self, kind: str, body: dict[str, Any], now: datetime) -> Update | None:
        """Queue an update and wake a waiting getUpdates; return it, or None if the bot does not want its kind."""
        if not self.wants(kind):
            return None
        life = PRESS_LIFE if kind == "callback_query" else MESSAGE_LIFE
        update = Update(self.next_update_id, kind, body, now + life)
        self.next_update_id += 1
        self.queue.append(update)
        self.wake("updates")
        return update

    def push_verbatim(self, written: str, now: datetime) -> int:
        """Queue an update of this exact text and return its number, which replaces «UPDATE_ID» in the text."""
        number = self.next_update_id
        self.next_update_id += 1
        self.queue.append(Update(number, "", {}, now + MESSAGE_LIFE, written.replace("UPDATE_ID", str(number))))
        self.wake("updates")
        return number

    def wake(self, why: Woken) -> None:
        """Let the waiting getUpdates, if there is one, go on, with `why` as the reason."""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(why)
        self.waiting = None

    def fetch(self, offset: int, limit: int, now: datetime) -> list[Update]:
        """Return the updates that getUpdates gets; updates before `offset` and expired ones are dropped.

        A negative offset keeps the last -offset updates and drops the others.
        """
        self.expired.update(update.id for update in self.queue if update.expires <= now)
        self.queue = deque(update for update in self.queue if update.expires > now)
        if offset < 0:
            while len(self.queue) > -offset:
                self.queue.popleft()
        else:
            while self.queue and self.queue[0].id < offset:
                self.queue.popleft()
        return list(self.queue)[:limit]
