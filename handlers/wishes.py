"""Wishes: what a door makes of an update. A closed list; `bot.reception.batches` carries each out within one transaction."""

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


@dataclass(frozen=True, slots=True)
class Carry:
    """A command of the rules, about whatever thing, is carried out. `quiet`: an acceptance needs no words of its own (what it
    shows says it); `menu`: where the buttons of the message stand then.

    `became`: the incoming message is remembered as a message of the case of this kind, or the one at `written` (chat and
    number) where the command comes later than the message; `answers` closes a question; `once`: a refusal is not said
    again to the same person for a day.
    """

    command: AnyCommand | PageCommand | MaterialCommand | Moderate
    quiet: bool = False
    became: str | None = None
    answers: int | None = None
    written: tuple[int, ...] = ()
    once: bool = False
    menu: str = ""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Told why not, in the words of a refusal, without asking the desk."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class HandIn:
    """Something the curator hands in becomes a case; `link` is read first where a network can."""

    appeal: Appeal
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """Words to whoever caused the update, where he caused it, as a reply; `once`: not said again to him for a day."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    once: bool = False


@dataclass(frozen=True, slots=True)
class Toast:
    """Words over a button press."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to whoever caused the update: in private where he can be reached, else where he is."""

    kind: str
    case: int | None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Close:
    """An open question is closed without an answer; its message loses its buttons."""

    question: int


@dataclass(frozen=True, slots=True)
class Turn:
    """The buttons of the pressed message turn to another menu."""

    menu: str | None


@dataclass(frozen=True, slots=True)
class Bind:
    """The account is the person of the invitation from now on."""

    code_hash: str


@dataclass(frozen=True, slots=True)
class AskToBind:
    code_hash: str


@dataclass(frozen=True, slots=True)
class Membership:
    """An account came into the working group or left it, or started or blocked the bot."""

    account: int
    in_group: bool | None = None
    reachable: bool | None = None


@dataclass(frozen=True, slots=True)
class WorkingGroup:
    """The chat becomes the working group; `migrated`: it was, under another number."""

    chat: int
    title: str
    migrated: bool = False


@dataclass(frozen=True, slots=True)
class Lists:
    """A list is asked for: open, mine, overdue, the history of one case, or (`why`) its terms, of one step where named."""

    which: str
    number: int | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class ListAbsences:
    """Who is away and who will be, with a button for each absence the asker may end."""


@dataclass(frozen=True, slots=True)
class EnterAbsence:
    """The absence holds from now on; everybody concerned is told (IZ-D3)."""

    absence: Absence


@dataclass(frozen=True, slots=True)
class EndAbsence:
    """An entered absence ends before its time, if whoever asks may end it."""

    number: int


@dataclass(frozen=True, slots=True)
class ImportSheet:
    """The rows of the export that came with the update become cases; what was taken and what not is told line by line."""


@dataclass(frozen=True, slots=True)
class CitizenWrote:
    """A citizen wrote to the office by the messenger; `appeal.ref` is the message's address, `reply_to` that of what it
    answers, where it answers anything but a post; `edited`: he changed what he wrote before.

    What comes of it, and what the citizen hears, is decided where it is granted."""

    appeal: Appeal
    reply_to: str | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """The message is a channel's post in the discussion group: what stands in its thread is a comment on it."""

    chat: int
    message: int
    post: int


@dataclass(frozen=True, slots=True)
class PublicationSeen:
    """A channel has published something; which page that is, and whether it counts, is found out where it is granted."""

    seen: SeenPublication


@dataclass(frozen=True, slots=True)
class TakeUp:
    """What was seen and left alone becomes a case after all; `seen` is its number in that list."""

    seen: int


@dataclass(frozen=True, slots=True)
class ShowOne:
    """One message of many is offered by itself to whoever asks."""

    case: int


@dataclass(frozen=True, slots=True)
class ForwardWave:
    """All that is new in the wave goes to one department."""

    wave: int
    department: str


@dataclass(frozen=True, slots=True)
class GatherWave:
    """All that is new in the wave is answered together with its first message."""

    wave: int


@dataclass(frozen=True, slots=True)
class ListPages:
    """The registry of official pages, with what is missing."""


@dataclass(frozen=True, slots=True)
class ShowPage:
    """One official page, its buttons at the menu; the message that was pressed turns, if it shows that page already."""

    page: int
    menu: str = ""


@dataclass(frozen=True, slots=True)
class AskAboutPage:
    """A question about an official page, if whoever asked may answer it; `item`: which is to be filled in."""

    kind: str
    page: int
    item: Item | None


@dataclass(frozen=True, slots=True)
class EnterPublication:
    """Something published is counted; `page` None: which page it stands on the link tells, or the person is asked."""

    link: str
    page: int | None = None
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class ListModeration:
    """The comments that wait for a moderator and the last decisions; `leaf`: the pressed list turns to this page of it."""

    leaf: int = 0


@dataclass(frozen=True, slots=True)
class ShowComment:
    """One comment proposed for moderation, its buttons at the menu; the pressed message turns, if it shows it already."""

    comment: int
    menu: str = ""


@dataclass(frozen=True, slots=True)
class ShowMaterial:
    """One material for publication, its buttons at the menu; the message that was pressed turns, if it shows it already."""

    material: int
    menu: str = ""


ModerationWish = ListModeration | ShowComment


@dataclass(frozen=True, slots=True)
class AskAboutMaterial:
    """A question about a material, if whoever asked may answer it."""

    kind: str
    material: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RewordMaterial:
    """A new wording of a material, the sender's or the editor's by who gives it; `quiet`: nothing new is no refusal."""

    material: int
    text: str
    files: tuple[FileRef, ...]
    became: str | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class ShowPlan:
    """The content plan of the week that begins on that day (its ordinal; 0: this week)."""

    week: int = 0


MaterialWish = ShowMaterial | AskAboutMaterial | RewordMaterial | ShowPlan
PageWish = ListPages | ShowPage | AskAboutPage | EnterPublication


@dataclass(frozen=True, slots=True)
class Receipt:
    """The person has seen that a step of the case is overdue (empty: that it is significant); `case` None: all that he was
    told of. Kept in the journal; he is not told again."""

    case: int | None
    step: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """The person is reminded of the running step again at that moment."""

    case: int
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HearBy:
    """The account hears notices in private (`private`) or by a mention in the group (`group`) from now on."""

    how: str


NoticeWish = Receipt | Snooze | HearBy
FoundWish = TakeUp | ShowOne | ForwardWave | GatherWave
AbsenceWish = ListAbsences | EnterAbsence | EndAbsence
Wish = (
    Carry
    | Refuse
    | HandIn
    | Say
    | Toast
    | Ask
    | Close
    | Turn
    | Bind
    | AskToBind
    | Membership
    | WorkingGroup
    | Lists
    | ImportSheet
    | CitizenWrote
    | ChannelPost
    | PublicationSeen
    | AbsenceWish
    | FoundWish
    | NoticeWish
    | PageWish
    | ModerationWish
    | MaterialWish
)
