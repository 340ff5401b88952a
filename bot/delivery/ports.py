"""What delivery is given from outside: the words of a letter, and somebody who carries on when a posting has ended.

A letter holds no words; they are made by the `Renderer` within the transaction that takes the letter out, from the newest
case. Both ports are called inside an open transaction and may await nothing of the network.
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
    """What a letter shows in a chat. `bare` and `files` follow the screen as messages of their own, when it is new.

    `kind`, `version`, `menu`: how the message is remembered, so that it can be edited and replied to; without a kind it is
    not. The bare text is remembered as `<kind>_text`, the files as `<kind>_files`. `question`: the open question whose place
    this message is. `bare` is escaped like a screen's text. Without `reply_to` a notice in the group replies to the card.
    `later` makes what is shown in place of this one, when it takes long: called with no transaction open, before the letter
    is marked as on its way. `mark` says that this may be there already; delivery puts it above what it sends again.
    `expires`: when what is shown is out of date.
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


@dataclass(frozen=True, slots=True)
class Post:
    """An answer, or a post of the office's own, to be posted; `since` and an empty `attempt_id` are filled in by delivery."""

    network: str
    answer: Answer | WallPost


@dataclass(frozen=True, slots=True)
class Act:
    """What a network is told about a comment of a page of ours, or about its author. Told twice it does no harm. `reason`:
    what a banned author may read."""

    network: str
    order: Order
    target: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """The network has done what it was told."""


Rendered = Show | Post | Act


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer does not stand in the network, or nobody can tell. `reason`: a value of `PostFailure`, or `ambiguous`
    (a person must look), `network_down` (it could not be reached for half an hour), `by_hand` (nobody posts to this network)."""

    reason: str
    detail: str = ""


class Renderer(Protocol):
    async def render(self, tx: Transaction, letter: Letter, known: Known | None) -> Rendered | None:
        """What the letter is to show now; None: its reason is gone and it is dropped without a word.

        `known` is the message that will be edited (then only the screen counts), None for a new one. What may be edited
        should fit into one message; what does not is posted anew. `letter.body["mention"]`: the account was to be reached
        in private and could not be; the letter goes into the group and has to mention it.
        """


class Report(Protocol):
    async def outcome(self, tx: Transaction, letter: Letter, outcome: Posted | Failed) -> None:
        """A `post` or `publish` letter has ended; called in the transaction that marks it. If it raises it is called again
        later."""

    async def moderated(self, tx: Transaction, letter: Letter, act: Act, outcome: Carried | Failed) -> None:
        """A `moderate` letter has ended, in the same way."""
