"""Wishes, the closed list of a door's results; `bot.reception.batches` carries each out in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.case import Appeal, FileRef
from workflow.commands import AnyCommand
from workflow.office import Absence
from workflow.official.material import MaterialCommand
from workflow.official.moderation import Moderate
from workflow.official.page import PageCommand
from workflow.official.page_items import Item
from workflow.official.publications import SeenPublication
from workflow.outcomes import Reason
from workflow.ready import ReadyCommand
from workflow.shortcomings import ReportShortcoming


@dataclass(frozen=True, slots=True)
class Carry:
    """Carry out a command of the rules on any subject.

    `quiet`: do not confirm success (the refreshed message shows it); `menu`: the menu to show afterwards. `became`:
    record the incoming message as a case message of this kind, or the message at `written` (chat and number) if the
    command comes later than the message. `answers`: the question to close. `once`: do not repeat a refusal to the same
    person for a day.
    """

    command: AnyCommand | PageCommand | MaterialCommand | Moderate | ReportShortcoming | ReadyCommand
    quiet: bool = False
    became: str | None = None
    answers: int | None = None
    written: tuple[int, ...] = ()
    once: bool = False
    menu: str = ""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse with this reason, without asking the desk."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class HandIn:
    """Open a case from the curator's message; if a network can read the appeal's `link`, it is read first."""

    appeal: Appeal
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """Reply to the sender in the same chat; `once`: do not repeat it to that person for a day."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    once: bool = False


@dataclass(frozen=True, slots=True)
class Toast:
    """Show a short notice over the pressed button."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the sender a question: in private if reachable, otherwise in the same chat."""

    kind: str
    case: int | None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Close:
    """Close an open question without an answer and remove its buttons. `keeps`: keep the draft in it, to be offered again
    once the contributions it waits for are in."""

    question: int
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class PassBy:
    """Something came between the sender's open questions up to this one and their answers, so that they need a Reply;
    `aside`: he said that what he wrote was no answer, so he is not asked about them again."""

    question: int
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """Switch the pressed message to another menu."""

    menu: str | None


@dataclass(frozen=True, slots=True)
class Bind:
    """Bind the account to the person of the invitation."""

    code_hash: str


@dataclass(frozen=True, slots=True)
class AskToBind:
    code_hash: str


@dataclass(frozen=True, slots=True)
class Membership:
    """Record that an account joined or left the working group, or started or blocked the bot."""

    account: int
    in_group: bool | None = None
    reachable: bool | None = None


@dataclass(frozen=True, slots=True)
class InGroup:
    """The bot is in the working group or was removed from it; `admin`: it is its administrator."""

    here: bool
    admin: bool


@dataclass(frozen=True, slots=True)
class WorkingGroup:
    """Make the chat the working group; `migrated`: the same group has a new id."""

    chat: int
    title: str
    migrated: bool = False


@dataclass(frozen=True, slots=True)
class Lists:
    """Show a list: open, mine, overdue, the history of one case, or (`why`) its terms, optionally of one step."""

    which: str
    number: int | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class ListAbsences:
    """List current and future absences, with a button for each one the sender may end."""


@dataclass(frozen=True, slots=True)
class EnterAbsence:
    """Enter the absence and notify everyone concerned (IZ-D3)."""

    absence: Absence


@dataclass(frozen=True, slots=True)
class EndAbsence:
    """End an absence early, if the sender may."""

    number: int


@dataclass(frozen=True, slots=True)
class ImportSheet:
    """Show what the attached export would become and ask; with `answers`, the question: open cases from its rows and
    report line by line which were accepted."""

    answers: int | None = None


@dataclass(frozen=True, slots=True)
class AuthorSays:
    """The author of the case was asked whether the answer helped, and says it."""

    case: int
    helped: bool


@dataclass(frozen=True, slots=True)
class CitizenWrote:
    """Receive a citizen's message to the office.

    `appeal.ref` is the message's address; `reply_to` is the address of the message it answers, unless that is a post;
    `edited`: the citizen edited an earlier message. The code that carries out the wish decides the result and the
    reply."""

    appeal: Appeal
    reply_to: str | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """Record the message as a channel post in the discussion group, so that its thread counts as comments."""

    chat: int
    message: int
    post: int


@dataclass(frozen=True, slots=True)
class PublicationSeen:
    """Report a channel's publication; the code that carries it out finds the page and decides whether it counts."""

    seen: SeenPublication


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Open a case from a message that was seen and skipped; `seen` is its number in that list, `mark` tells it from another
    that has got the number since."""

    seen: int
    mark: str


@dataclass(frozen=True, slots=True)
class ShowOne:
    """Offer one message of many by itself to the sender."""

    case: int


@dataclass(frozen=True, slots=True)
class ForwardWave:
    """Forward the wave's new messages to one department."""

    wave: int
    department: str


@dataclass(frozen=True, slots=True)
class GatherWave:
    """Merge the wave's new messages with its first message for one answer."""

    wave: int


@dataclass(frozen=True, slots=True)
class AskForwardGuessed:
    """Show the sender which new messages of his list would go where by the bot's guess, and ask for one confirmation."""


@dataclass(frozen=True, slots=True)
class ForwardGuessed:
    """Forward the messages of the question, each to the department shown; `rows`: case, its version, department."""

    question: int
    rows: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class ListPages:
    """Show the registry of official pages and their missing items."""


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Show an official page with this menu; if the pressed message already shows the page, switch its menu."""

    page: int
    menu: str = ""


@dataclass(frozen=True, slots=True)
class AskAboutPage:
    """Ask about an official page, if the sender may answer; `item` is the item to fill in."""

    kind: str
    page: int
    item: Item | None


@dataclass(frozen=True, slots=True)
class EnterPublication:
    """Count a publication; if `page` is None, the link determines the page or the person is asked."""

    link: str
    page: int | None = None
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class ListModeration:
    """List comments awaiting moderation and the last decisions; `leaf`: switch the pressed list to this page."""

    leaf: int = 0


@dataclass(frozen=True, slots=True)
class ShowComment:
    """Show a comment proposed for moderation with this menu; if the pressed message already shows it, switch its
    menu."""

    comment: int
    menu: str = ""


@dataclass(frozen=True, slots=True)
class ShowMaterial:
    """Show a material for publication with this menu; if the pressed message already shows it, switch its menu."""

    material: int
    menu: str = ""


@dataclass(frozen=True, slots=True)
class PutUp:
    """Put up for deletion the comment that the message links to, though the bot did not propose it."""


@dataclass(frozen=True, slots=True)
class ShowReady:
    """Show a ready answer to the sender: its words, and what can be done with it."""

    ready: int


ModerationWish = ListModeration | ShowComment | PutUp


@dataclass(frozen=True, slots=True)
class AskAboutMaterial:
    """Ask about a material, if the sender may answer."""

    kind: str
    material: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RewordMaterial:
    """Submit a new wording as the material's sender or editor; `quiet`: an unchanged wording is not refused."""

    material: int
    text: str
    files: tuple[FileRef, ...]
    became: str | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class ShowPlan:
    """Show the content plan of the week that starts on this day (a date ordinal; 0 is the current week)."""

    week: int = 0


MaterialWish = ShowMaterial | AskAboutMaterial | RewordMaterial | ShowPlan
PageWish = ListPages | ShowPage | AskAboutPage | EnterPublication


@dataclass(frozen=True, slots=True)
class Receipt:
    """Record in the journal that the person saw an overdue step (empty: that the case is significant), and stop
    notifying him.

    `case` None: every case the person was notified about."""

    case: int | None
    step: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Remind the person of the running step again at `at`."""

    case: int
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HearBy:
    """Send the account's notices in private (`private`) or as a mention in the group (`group`)."""

    how: str


@dataclass(frozen=True, slots=True)
class Hush:
    """Change the account's notification settings; None leaves a setting as it is. `quiet`: own quiet hours
    («22:00-07:00»; "" for none). `posted_at_once`: notify of each posted answer instead of once in the evening."""

    quiet: str | None = None
    posted_at_once: bool | None = None


RowOfCase = tuple[int, int]
"""A row of the register: the case's id, and its number within the case."""


@dataclass(frozen=True, slots=True)
class AskWhyStrike:
    """Ask the sender why these rows of a list should be struck off; without rows, all that they may strike off.
    `source`: what the list shows."""

    source: str
    rows: tuple[RowOfCase, ...]


@dataclass(frozen=True, slots=True)
class Strike:
    """Strike the rows off the register, each by a command of its own, all for one reason. `answers`: the question."""

    rows: tuple[RowOfCase, ...]
    reason: str
    answers: int


RegisterWish = AskWhyStrike | Strike
NoticeWish = Receipt | Snooze | HearBy | Hush
FoundWish = TakeUp | ShowOne | ForwardWave | GatherWave | AskForwardGuessed | ForwardGuessed
AbsenceWish = ListAbsences | EnterAbsence | EndAbsence
Wish = (
    Carry
    | Refuse
    | HandIn
    | Say
    | Toast
    | Ask
    | Close
    | PassBy
    | Turn
    | Bind
    | AskToBind
    | Membership
    | InGroup
    | WorkingGroup
    | Lists
    | ImportSheet
    | CitizenWrote
    | ChannelPost
    | PublicationSeen
    | AbsenceWish
    | FoundWish
    | NoticeWish
    | RegisterWish
    | PageWish
    | ModerationWish
    | MaterialWish
    | ShowReady
    | AuthorSays
)
