"""The interfaces delivery needs: `Renderer` makes a letter's content, `Report` learns how a posting or an order ended.

A letter holds no text; the `Renderer` makes it from the current case, in the transaction that takes the letter out.
Both ports are called inside an open transaction and must not await the network.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messenger import Address, OutFile, Screen
from networks.port import Answer, Posted, WallPost
from storage.transaction import Transaction
from workflow.official.moderation import Order
from workflow.ports import Known, Letter


@dataclass(frozen=True, slots=True)
class Show:
    """What a letter shows in a chat. `files` follow a new screen as separate messages. A screen that decides about a
    `bare` text ("" for pictures alone) comes last, under the text and the files.

    `kind`, `version`, `menu`: how the sent message is remembered for editing and replies; without a kind it is not
    remembered. The bare text is remembered as `<kind>_text`, the files as `<kind>_files`. `question`: the open question
    that this message asks. `bare` is escaped like a screen's text. Without `reply_to` a notice in the group replies to
    the card. `later` makes the content that replaces this one, if making it takes long: it is called outside any
    transaction, before the letter is marked `sending`. `mark`: words saying that the message may be a repeat, put above
    what delivery sends again. `expires`: when the content goes out of date. `redraw_at`: when to refresh the message,
    if it was sent. `pin`: whether to pin it in its chat, if the bot may.
    """

    screen: Screen
    kind: str | None = None
    version: int | None = None
    menu: str | None = None
    question: int | None = None
    bare: str | None = None
    files: tuple[OutFile, ...] = ()
    reply_to: Address | None = None
    later: Callable[[], Awaitable[Show]] | None = None
    mark: str = ""
    expires: datetime | None = None
    redraw_at: datetime | None = None
    pin: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """An answer, or the office's own post, to be posted in a network. Delivery fills in `since` and an empty
    `attempt_id`. `decided`: when somebody decided that it be posted."""

    network: str
    answer: Answer | WallPost
    decided: datetime | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """An order to a network about a comment on one of our pages, or about its author (`target`). Repeating it does no
    harm. `reason`: the text shown to a banned author."""

    network: str
    order: Order
    target: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """Outcome of an order: the network has carried it out."""


@dataclass(frozen=True, slots=True)
class First:
    """`work` must be done, outside any transaction, before the letter can be rendered without holding the loop."""

    work: Callable[[], Awaitable[None]]


Rendered = Show | Post | Act | First


@dataclass(frozen=True, slots=True)
class Failed:
    """Outcome of a posting or an order that did not succeed, or nobody can tell. `reason`: a value of `PostFailure`, or
    `ambiguous` (a person must look), `network_down` (unreachable for half an hour), `by_hand` (the bot does not do this
    in this network)."""

    reason: str
    detail: str = ""


class Renderer(Protocol):
    async def render(self, tx: Transaction, letter: Letter, known: Known | None, chat: int) -> Rendered | None:
        """Return what the letter shows now; None if there is no reason for it any more: it is then dropped without a
        notice.

        `known`: the message to edit (then only the screen counts), None for a new one. A screen that may be edited
        should fit into one message; a longer one is posted anew. `chat`: where the message will stand, 0 for a network.
        `letter.body["mention"]`: an account that could not be reached in private; the letter goes into the group and
        must mention it.
        """


class Report(Protocol):
    async def outcome(self, tx: Transaction, letter: Letter, outcome: Posted | Failed) -> None:
        """Take note that a `post` or `publish` letter has ended. Called in the transaction that marks the letter; if
        this raises, it is called again later."""

    async def moderated(self, tx: Transaction, letter: Letter, act: Act, outcome: Carried | Failed) -> None:
        """Take note that a `moderate` letter has ended. Called like `outcome`, in the transaction that marks the
        letter."""
