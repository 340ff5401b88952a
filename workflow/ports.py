"""The values that pass between the parts of the program: letters, known messages, bindings, open questions.

Nothing here depends on a messenger: chats, messages and accounts are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

GROUP_LANE = "group"
NETWORK = "network:"
"""The prefix of lanes (queues of the outbox) for citizens' networks; all other lanes are the messenger's."""
ACCOUNT = "account:"
"""The prefix of lanes (queues of the outbox) for single accounts. The messenger's adapter knows the account's chat."""


def account_lane(account: int) -> str:
    return f"{ACCOUNT}{account}"


def account_of(lane: str) -> int | None:
    """Return the account number of an `account:<id>` lane; None for any other lane."""
    return int(lane.removeprefix(ACCOUNT)) if lane.startswith(ACCOUNT) else None


def network_lane(network: str) -> str:
    return f"{NETWORK}{network}"


LETTERS = frozenset({
    "say", "ask", "edit", "list", "undoable",
    "card", "offer", "draft", "post",
    "notice", "digest", "pinned", "wave", "crowd", "helped",
    "official_page", "material", "content_plan", "publish", "moderation", "moderations", "moderate",
})  # fmt: skip
"""Every kind of letter (outgoing message or task of the outbox); the outbox accepts no other."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An outgoing message of the outbox. Letters of one `lane` (`group`, `account:<id>`, `chat:<id>`, `network:<key>`) are
    sent in their order.

    `kind` is one of `LETTERS`. `body` holds the facts to render, never rendered text. `progress` counts the parts of a
    long text or an album that are already sent. `not_before`: the earliest moment to send it; None: at once.
    """

    kind: str
    lane: str
    priority: int
    case_id: int | None = None
    account: int | None = None
    fold: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    not_before: datetime | None = None
    id: int = 0
    attempts: int = 0
    progress: int = 0
    state: str = "waiting"
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A message that the bot sent or that belongs to a case.

    Its address never changes: if the group migrates, old messages keep the old chat. `shown` is a digest of the content
    last shown in it, `menu` the inline menu it shows.
    """

    chat_id: int
    message_id: int
    kind: str
    case_id: int | None = None
    version: int | None = None
    account: int | None = None
    shown: str | None = None
    menu: str | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """Binds a messenger account to a person.

    `reachable`: the bot may write to the account in private. `in_group`: the account is in the working group now.
    `hears`: where the person wants notices: `private`, or `group` with a mention. `quiet`: their own quiet hours
    («22:00-07:00», in the municipality's time zone), "" if they chose none. `posted_at_once`: they want to hear of each
    posted answer, not of all in one evening line.
    """

    person: str
    account: int
    shown_name: str
    reachable: bool
    in_group: bool
    hears: str = "private"
    quiet: str = ""
    posted_at_once: bool = False

    def is_quiet(self, now: datetime, zone: tzinfo) -> bool:
        """Whether `now`, in the time zone `zone`, is in the person's own quiet hours; False if they chose none."""
        since, _, until = self.quiet.partition("-")
        clock = now.astimezone(zone).strftime("%H:%M")
        if not until:
            return False
        return since <= clock < until if since <= until else clock >= since or clock < until

    @property
    def aloud(self) -> bool:
        """Whether to notify the person by a mention in the working group: he chose that and is in the group."""
        return self.hears == "group" and self.in_group


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the bot to a person that waits for a typed answer. It is stored, so it survives a restart."""

    id: int
    account: int
    kind: str
    case_id: int | None
    chat_id: int | None
    message_id: int | None
    body: Mapping[str, Any]
    asked_at: datetime
