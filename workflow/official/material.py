"""The values of material for publication: a material with its versions and places, and the commands on it.

No rules here (they are in `workflow.official.material_rules`). A material is text and pictures that somebody in the
office wants to publish on official pages; citizens never write one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from workflow.case import FileRef
from workflow.office import Actor


class MaterialState(StrEnum):
    """The state of a material. APPROVED lasts from the approval until every page is done: the material waits for its time,
    then is being published. HANDED_OVER: on some page people must publish it themselves.
    """

    SENT = "sent"
    RETURNED = "returned"
    APPROVED = "approved"
    HANDED_OVER = "handed_over"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class PlaceState(StrEnum):
    PLANNED = "planned"
    PUBLISHED = "published"
    HANDED_OVER = "handed_over"
    GIVEN_UP = "given_up"


class MaterialAction(StrEnum):
    SEND = "send"
    RESEND = "resend"
    EDIT = "edit"
    RETURN = "return"
    APPROVE = "approve"
    RECALL = "recall"
    WITHDRAW = "withdraw"
    PUBLISHED = "published"
    HAND_OVER = "hand_over"
    RETRY = "retry"


class MaterialNotice(StrEnum):
    """Kinds of notices about a material for publication."""

    ARRIVED = "arrived"
    NEW_VERSION = "new_version"
    EDITED = "edited"
    RETURNED = "returned"
    APPROVED = "approved"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class MaterialVersion:
    """One version of a material's text and pictures. `remarks`: the changes the editor asked for when he returned it."""

    number: int
    text: str
    files: tuple[FileRef, ...]
    by: str
    at: datetime
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A page, by its number, on which the material is to be published.

    `link` and `ref` locate the publication. `reason` says why a person must publish it: a value of `PostFailure`,
    `by_hand`, `network_down`, `ambiguous` or `late`. `by` is the person who published it by hand. `tries` counts the
    retries people asked for; while the page is planned, `at` is the moment of the last one.
    """

    page: int
    state: PlaceState = PlaceState.PLANNED
    link: str = ""
    ref: str = ""
    reason: str = ""
    by: str = ""
    at: datetime | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """A material for publication. `id` is the visible number; `version` counts all changes; `versions` holds the
    wordings.

    `sender` and `approved_by` are keys of people in the municipality's file; `unit` is the sender's department.
    `publish_at` is timezone-aware, and None while nothing is approved. `approval` is the number of the change that
    approved the material, 0 if none did; publications ordered by another approval are not carried out.
    """

    id: int
    municipality: str
    version: int
    state: MaterialState
    sender: str
    unit: str
    versions: tuple[MaterialVersion, ...]
    places: tuple[Place, ...] = ()
    publish_at: datetime | None = None
    approved_by: str = ""
    approval: int = 0

    @property
    def newest(self) -> MaterialVersion:
        return self.versions[-1]

    def place(self, page: int) -> Place | None:
        return next((one for one in self.places if one.page == page), None)


# --- commands ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SendMaterial:
    """Sends a new material to the editors for publication. The storage assigns its number, `material`."""

    action: ClassVar[MaterialAction] = MaterialAction.SEND
    by: Actor
    material: int
    municipality: str
    text: str
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class ResendMaterial:
    """Sends the sender's new version of a material. Without text its pictures are added to the old ones; without pictures
    the old ones stay."""

    action: ClassVar[MaterialAction] = MaterialAction.RESEND
    by: Actor
    material: int
    text: str
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class EditMaterial:
    """Adds the editor's version in place of version `wording`, which he saw. Without text its pictures are added to the old
    ones; without pictures the old ones stay."""

    action: ClassVar[MaterialAction] = MaterialAction.EDIT
    by: Actor
    material: int
    wording: int
    text: str
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnMaterial:
    action: ClassVar[MaterialAction] = MaterialAction.RETURN
    by: Actor
    material: int
    wording: int
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApproveMaterial:
    """Approves version `wording` for publication on `pages` (their numbers) at the moment `at` (None: at once).

    The caller fills in what the rules cannot know: `in_force`, which of the office's pages are in force now; `problems`, for a
    page whose network would refuse the wording, its first objection in words.
    """

    action: ClassVar[MaterialAction] = MaterialAction.APPROVE
    by: Actor
    material: int
    wording: int
    pages: tuple[int, ...]
    at: datetime | None = None
    in_force: frozenset[int] = frozenset()
    problems: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RecallMaterial:
    """Takes the approval of a material back before its publication time."""

    action: ClassVar[MaterialAction] = MaterialAction.RECALL
    by: Actor
    material: int


@dataclass(frozen=True, slots=True)
class WithdrawMaterial:
    action: ClassVar[MaterialAction] = MaterialAction.WITHDRAW
    by: Actor
    material: int


@dataclass(frozen=True, slots=True)
class MaterialPublished:
    """Records that the material is published on the page: the network said so (with a `ref`), or the person who published it
    by hand. `fits`: whether the link may belong to that page; `keeper`: the key of the person responsible for the page.
    """

    action: ClassVar[MaterialAction] = MaterialAction.PUBLISHED
    by: Actor
    material: int
    page: int
    link: str
    ref: str = ""
    fits: bool = True
    keeper: str = ""


@dataclass(frozen=True, slots=True)
class HandOverMaterial:
    """Records that people must publish the material on this page, because the bot cannot or the outcome of its attempt is
    unknown. `reason`: the code of the cause, as in `Place`; `keeper`: the key of the person responsible for the page."""

    action: ClassVar[MaterialAction] = MaterialAction.HAND_OVER
    by: Actor
    material: int
    page: int
    reason: str
    keeper: str = ""


@dataclass(frozen=True, slots=True)
class RetryMaterial:
    """Has the bot try again to publish on the page, once the obstacle is gone. `by_us`: whether the bot can publish there;
    `keeper`: the key of the person responsible for the page."""

    action: ClassVar[MaterialAction] = MaterialAction.RETRY
    by: Actor
    material: int
    page: int
    by_us: bool = True
    keeper: str = ""


MaterialCommand = (
    SendMaterial
    | ResendMaterial
    | EditMaterial
    | ReturnMaterial
    | ApproveMaterial
    | RecallMaterial
    | WithdrawMaterial
    | MaterialPublished
    | HandOverMaterial
    | RetryMaterial
)


@dataclass(frozen=True, slots=True)
class Publish:
    """The effect of an approval or a retry: publish the material on this page at the material's `publish_at`."""

    page: int
