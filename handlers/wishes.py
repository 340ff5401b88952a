"""Wishes: the closed list of what a door may ask for. `bot.reception.batches` carries each out in one transaction."""

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
    """Carry out a command of the rules, on a case or any other subject.

    `quiet`: do not confirm success (the refreshed message shows it); `menu`: the menu to show afterwards. `became`:
    record the incoming message as a message of the case, of this kind; `written`: record that message instead (chat,
    then numbers), if the command comes later than the message. `answers`: the question to close. `once`: do not repeat
    a refusal to the same person for a day.
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
    """Refuse with this reason, without asking the rules."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class HandIn:
    """Open a case from the curator's message; if a network can read the appeal's `link`, it is read first. `answers`:
    the question to close."""

    appeal: Appeal
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """Reply to the sender in the same chat. `key`: of the phrase; `facts`: what the phrase needs; `once`: do not repeat
    it to that person for a day."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    once: bool = False


@dataclass(frozen=True, slots=True)
class Toast:
    """Show a short notice over the pressed button. `key`: of the phrase; `facts`: what the phrase needs."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the sender a question of this `kind`: in private if the bot may write there, otherwise in the same chat."""

    kind: str
    case: int | None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Close:
    """Close an open question without an answer and remove its buttons. `keeps`: keep the draft in it and offer it again
    when the awaited contributions have come."""

    question: int
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class PassBy:
    """Record that the sender did something other than answer, so that this question and all earlier ones need a Reply.
    `aside`: the sender said that the message was no answer, so they are not asked about these questions again."""

    question: int
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """Switch the message whose button was pressed to another menu; None for its first menu."""

    menu: str | None


@dataclass(frozen=True, slots=True)
class Bind:
    """Bind the sender's account to the person whose invitation has this code. `code_hash`: SHA-256 of the code."""

    code_hash: str


@dataclass(frozen=True, slots=True)
class AskToBind:
    code_hash: str


@dataclass(frozen=True, slots=True)
class Membership:
    """Record that an account joined or left the working group (`in_group`), or started or blocked the bot
    (`reachable`). None leaves a value as it is."""

    account: int
    in_group: bool | None = None
    reachable: bool | None = None


@dataclass(frozen=True, slots=True)
class InGroup:
    """Record that the bot is in the working group (`here`) or was removed from it; `admin`: it administers the
    group."""

    here: bool
    admin: bool


@dataclass(frozen=True, slots=True)
class WorkingGroup:
    """Make the chat the working group. `migrated`: it is the same group under a new id."""

    chat: int
    title: str
    migrated: bool = False


@dataclass(frozen=True, slots=True)
class Lists:
    """Show a list (open, mine, overdue and so on), or one case's history, or (`why`) its deadlines. `number`: the
    case's public number; `step`: show only this step, or the text of another command's argument."""

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
    """End this absence early, if the sender may. `number`: the absence's id."""

    number: int


@dataclass(frozen=True, slots=True)
class ImportSheet:
    """Show what the attached export would become, and ask whether to import it. With `answers` (the question's id)
    instead: open cases from its rows and report for each line whether it was accepted."""

    answers: int | None = None


@dataclass(frozen=True, slots=True)
class AuthorSays:
    """Record what the author of the case answered when asked whether the answer helped."""

    case: int
    helped: bool


@dataclass(frozen=True, slots=True)
class CitizenWrote:
    """Receive a citizen's message to the office.

    `appeal.ref` is the message's address in the network; `reply_to` is the address of the message it answers, unless
    that is a post; `edited`: the citizen edited an earlier message. The code that carries out the wish decides what
    becomes of it and what is replied."""

    appeal: Appeal
    reply_to: str | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """Record the message as a channel post in the discussion group, so that messages in its thread count as
    comments."""

    chat: int
    message: int
    post: int


@dataclass(frozen=True, slots=True)
class PublicationSeen:
    """Report a channel's publication; the code that carries out the wish finds the official page and decides whether
    the publication counts towards its norm."""

    seen: SeenPublication


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Open a case from a message that the bot saw and left alone. `seen`: its number in the list `/seen`; `mark`:
    identifies the message, in case the number has passed to another one since."""

    seen: int
    mark: str


@dataclass(frozen=True, slots=True)
class ShowOne:
    """Show the sender one case of a wave (many similar messages), with the usual buttons. `case`: its id."""

    case: int


@dataclass(frozen=True, slots=True)
class ForwardWave:
    """Forward the new messages of a wave (many similar messages) to one department."""

    wave: int
    department: str


@dataclass(frozen=True, slots=True)
class GatherWave:
    """Merge the new messages of a wave (many similar messages) with its first one, for one answer to all."""

    wave: int


@dataclass(frozen=True, slots=True)
class AskForwardGuessed:
    """Show the sender to which departments the bot would forward the new messages of the list, and ask for one
    confirmation."""


@dataclass(frozen=True, slots=True)
class ForwardGuessed:
    """Forward the question's messages, each to the department shown. `rows`: a case's id, its version and the
    department."""

    question: int
    rows: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class ListPages:
    """Show the registry of official pages and their missing items."""


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Show an official page with this menu; if the pressed message already shows the page, switch that message's
    menu."""

    page: int
    menu: str = ""


@dataclass(frozen=True, slots=True)
class AskAboutPage:
    """Ask a question of this `kind` about an official page, if the sender may answer it. `item`: the item to fill in,
    if any."""

    kind: str
    page: int
    item: Item | None


@dataclass(frozen=True, slots=True)
class EnterPublication:
    """Record a publication by its link. `page`: the official page; if None, the link determines it or the person is
    asked. `answers`: the question to close."""

    link: str
    page: int | None = None
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class ListModeration:
    """List comments awaiting moderation and the last decisions. `leaf`: the page of the list to switch the pressed
    message to; 0 sends a new list."""

    leaf: int = 0


@dataclass(frozen=True, slots=True)
class ShowComment:
    """Show a comment proposed for moderation with this menu; if the pressed message already shows it, switch that
    message's menu."""

    comment: int
    menu: str = ""


@dataclass(frozen=True, slots=True)
class ShowMaterial:
    """Show a material for publication with this menu; if the pressed message already shows it, switch that message's
    menu."""

    material: int
    menu: str = ""


@dataclass(frozen=True, slots=True)
class PutUp:
    """Put up for deletion the comment to which the message links, although the bot did not propose it."""


@dataclass(frozen=True, slots=True)
class ShowReady:
    """Show a ready answer to the sender: its text, with buttons for what can be done with it."""

    ready: int


ModerationWish = ListModeration | ShowComment | PutUp


@dataclass(frozen=True, slots=True)
class AskAboutMaterial:
    """Ask a question of this `kind` about a material for publication, if the sender may answer it."""

    kind: str
    material: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RewordMaterial:
    """Submit a new wording of a material, as its sender or as the editor. `quiet`: say nothing if the wording is
    unchanged."""

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
    """Record in the journal that the person saw an overdue step, and stop notifying them about it.

    `step` "": that they saw that the case is significant. `case` None: every case the person was notified about."""

    case: int | None
    step: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Remind the person of the running step again at the moment `at`."""

    case: int
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HearBy:
    """Choose where the account's notices go: in private (`private`) or as a mention in the working group (`group`)."""

    how: str


@dataclass(frozen=True, slots=True)
class Hush:
    """Change the account's notification settings; None leaves a setting as it is. `quiet`: own quiet hours
    («22:00-07:00»; "" for none). `posted_at_once`: notify of each posted answer at once, instead of once in the
    evening."""

    quiet: str | None = None
    posted_at_once: bool | None = None


RowOfCase = tuple[int, int]
"""A row of the register of violations: the case's id, and the row's number within the case."""


@dataclass(frozen=True, slots=True)
class AskWhyStrike:
    """Ask the sender why these rows of the register of violations should be struck off; without rows, all that the
    sender may strike off. `source`: what the list shows (a month, for example)."""

    source: str
    rows: tuple[RowOfCase, ...]


@dataclass(frozen=True, slots=True)
class Strike:
    """Strike the rows off the register of violations, each by a command of its own, all for one reason. `answers`: the
    question to close."""

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
