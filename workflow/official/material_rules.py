"""Material for publication: who may do what with it and how each action changes it (MO-A2.9, PA-3.1).

`MATERIALS` is the table of a material's life: only it defines the permissions, and only it changes a material. Pure. An
approval names an exact wording. After the publication time an approval cannot be taken back, because a page may already
show the material.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from workflow import engine
from workflow.case import FileRef
from workflow.effects import Told, told
from workflow.engine import Life, Row, editor, network, row
from workflow.office import NETWORK, Office, Role
from workflow.official.material import (
    ApproveMaterial,
    EditMaterial,
    HandOverMaterial,
    Material,
    MaterialAction,
    MaterialCommand,
    MaterialNotice,
    MaterialPublished,
    MaterialState,
    MaterialVersion,
    Place,
    PlaceState,
    Publish,
    RecallMaterial,
    ResendMaterial,
    RetryMaterial,
    ReturnMaterial,
    SendMaterial,
    WithdrawMaterial,
)
from workflow.official.page_rules import editors
from workflow.outcomes import Reason, Refused
from workflow.reasons import explains

A, S, R, N = MaterialAction, MaterialState, Reason, MaterialNotice
LONGEST = 20_000
"""The maximum length of a material's text in characters. Networks accept less; their limits are checked on approval."""
FARTHEST = timedelta(days=92)
MOST_REMARKS = 20
LONGEST_REMARK = 500
AMBIGUOUS = "ambiguous"
"""`Place.reason` of a page handed over to people because the material may be published there already."""

# --- who may -----------------------------------------------------------------------------------------------------------


def of_the_office(office: Office, material: Material | None, command: MaterialCommand, now: datetime) -> str | None:
    """Return the key of an executor, curator or editor whose rights the actor has; None if there is none."""
    able = {Role.EXECUTOR, Role.CURATOR, Role.EDITOR}
    return next((p.key for p in office.acting(command.by, now) if able & set(p.roles)), None)


def sender(office: Office, material: Material | None, command: MaterialCommand, now: datetime) -> str | None:
    """Return the key of the material's sender, or of an executor of the sender's department, if the actor has that person's
    rights; else None."""
    assert material is not None, "nobody is the sender of what is not there yet"
    own = next((p.key for p in office.acting(command.by, now) if p.key == material.sender), None)
    if own is None and material.unit:
        found = office.of_department(command.by, [material.unit], now)
        own = found.key if found is not None else None
    return own


def keeper(office: Office, material: Material | None, command: MaterialCommand, now: datetime) -> str | None:
    """Return the key of the person who is responsible for the page in the registry if the actor has that person's rights;
    else None (PA-3.1)."""
    named = command.keeper if isinstance(command, MaterialPublished | RetryMaterial) else ""
    return next((p.key for p in office.acting(command.by, now) if named and p.key == named), None)


def is_being_published(material: Material, now: datetime) -> bool:
    """Whether the material is approved and its publication time has come, so that a page may show it already."""
    return material.state is S.APPROVED and material.publish_at is not None and now >= material.publish_at


def can_be_retried(place: Place) -> bool:
    """Whether the bot may try again to publish on this page: it was handed over to people, and the material certainly is
    not there yet."""
    return place.state is PlaceState.HANDED_OVER and place.reason != AMBIGUOUS


def told_at(material: Material, office: Office) -> datetime:
    """Return when the editors are notified of a new material. Until then the sender can withdraw it without their knowing."""
    return material.versions[0].at + office.approval_delay


def nobody_knows(material: Material, office: Office, now: datetime) -> bool:
    return material.state is S.SENT and now < told_at(material, office)


# --- what must hold ----------------------------------------------------------------------------------------------------


def its_time_has_not_come(
    office: Office, material: Material, command: MaterialCommand, now: datetime
) -> Refused | None:
    return Refused(R.BEING_PUBLISHED) if is_being_published(material, now) else None


def wording_is_newest(
    office: Office, material: Material, command: EditMaterial | ReturnMaterial | ApproveMaterial, now: datetime
) -> Refused | None:
    newest = material.newest.number
    return Refused(R.CHANGED, {"version": newest}) if command.wording != newest else None


def says_something(
    office: Office, material: Material, command: SendMaterial | ResendMaterial | EditMaterial, now: datetime
) -> Refused | None:
    if not command.text.strip() and not command.files:
        return Refused(R.EMPTY)
    return Refused(R.TOO_LONG, {"most": LONGEST}) if len(command.text) > LONGEST else None


def says_something_new(
    office: Office, material: Material, command: ResendMaterial | EditMaterial, now: datetime
) -> Refused | None:
    old = material.newest
    return Refused(R.SAME) if _reworded(old, command) == (old.text, old.files) else None


def remarks_are_given(office: Office, material: Material, command: ReturnMaterial, now: datetime) -> Refused | None:
    return None if _remarks(command) else Refused(R.NO_REMARKS)


def pages_take_it(office: Office, material: Material, command: ApproveMaterial, now: datetime) -> Refused | None:
    if not command.pages:
        return Refused(R.NO_PAGES)
    return None if set(command.pages) <= command.in_force else Refused(R.UNKNOWN_PAGE)


def time_lies_ahead(office: Office, material: Material, command: ApproveMaterial, now: datetime) -> Refused | None:
    if command.at is not None and command.at <= now:
        return Refused(R.IN_THE_PAST)
    if command.at is not None and command.at - now > FARTHEST:
        return Refused(R.TOO_FAR, {"days": FARTHEST.days})
    return None


def networks_take_it(office: Office, material: Material, command: ApproveMaterial, now: datetime) -> Refused | None:
    problem = next(((page, words) for page, words in command.problems if page in command.pages), None)
    return Refused(R.DOES_NOT_FIT, {"page": problem[0], "problem": problem[1]}) if problem is not None else None


def page_waits_for_it(
    office: Office,
    material: Material,
    command: MaterialPublished | HandOverMaterial | RetryMaterial,
    now: datetime,
) -> Refused | None:
    """Refuse a report or a retry that does not fit the page's state: the bot may act on a planned page (and report it
    published on a handed-over one too), a person only on a page that was handed over."""
    place, machine = material.place(command.page), command.by.machine is not None
    waiting = {PlaceState.PLANNED} if machine else {PlaceState.HANDED_OVER}
    if machine and command.action is A.PUBLISHED:
        waiting.add(PlaceState.HANDED_OVER)
    return None if place is not None and place.state in waiting else Refused(R.NOT_NOW, {"state": material.state})


def link_is_the_pages(office: Office, material: Material, command: MaterialPublished, now: datetime) -> Refused | None:
    if not command.link:
        return Refused(R.NOT_A_LINK)
    return None if command.fits else Refused(R.ANOTHER_PAGES_LINK)


def bot_may_try_again(office: Office, material: Material, command: RetryMaterial, now: datetime) -> Refused | None:
    place = material.place(command.page)
    if place is None or not can_be_retried(place):
        return Refused(R.LOOK_FIRST)
    return None if command.by_us else Refused(R.NOT_BY_US)


# --- what changes ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change(engine.Change[Material, Told | Publish]):
    """What an action makes of a material. Its effects notify the editors of new work, the sender of the outcome, and the
    person responsible for a page of what he must publish."""


def _sent(material: None, command: SendMaterial, by: str, office: Office, now: datetime) -> Change:
    version = MaterialVersion(1, command.text.strip(), command.files, by, now)
    unit = office.people[by].department or ""
    sent = Material(command.material, command.municipality, 0, S.SENT, by, unit, (version,))
    return Change(sent, told(N.ARRIVED, editors(office, now), command.by), {"version": "1"})


def _resent(material: Material, command: ResendMaterial, by: str, office: Office, now: datetime) -> Change:
    heard = () if nobody_knows(material, office, now) else told(N.NEW_VERSION, editors(office, now), command.by)
    return _worded(material, command, by, now, heard)


def _edited(material: Material, command: EditMaterial, by: str, office: Office, now: datetime) -> Change:
    return _worded(material, command, by, now, told(N.EDITED, office.present(material.sender, now), command.by))


def _worded(
    material: Material, command: ResendMaterial | EditMaterial, by: str, now: datetime, heard: tuple[Told, ...]
) -> Change:
    version = MaterialVersion(material.newest.number + 1, *_reworded(material.newest, command), by, now)
    return Change(replace(material, versions=(*material.versions, version)), heard, {"version": str(version.number)})


def _reworded(old: MaterialVersion, command: ResendMaterial | EditMaterial) -> tuple[str, tuple[FileRef, ...]]:
    """Return the text and pictures after this command. Without text the old text stays and the pictures are added; with
    text but no pictures the old pictures stay."""
    words = command.text.strip()
    return words or old.text, (command.files or old.files) if words else (*old.files, *command.files)


def _returned(material: Material, command: ReturnMaterial, by: str, office: Office, now: datetime) -> Change:
    remarked = replace(material.newest, remarks=_remarks(command))
    after = replace(material, versions=(*material.versions[:-1], remarked))
    details = {"version": str(remarked.number), "remarks": str(len(remarked.remarks))}
    return Change(after, told(N.RETURNED, office.present(material.sender, now), command.by), details)


def _remarks(command: ReturnMaterial) -> tuple[str, ...]:
    return tuple(one for line in command.remarks if explains(one := _bare(line)[:LONGEST_REMARK]))[:MOST_REMARKS]


def _bare(line: str) -> str:
    """Return the line without spaces around it and without the bullet of a list."""
    return line.strip().lstrip("-–—•*").strip()


def _approved(material: Material, command: ApproveMaterial, by: str, office: Office, now: datetime) -> Change:
    pages = tuple(dict.fromkeys(command.pages))
    at = command.at or now + office.approval_delay
    places = tuple(Place(page) for page in pages)
    after = replace(material, places=places, publish_at=at, approved_by=by, approval=material.version + 1)
    heard = told(N.APPROVED, office.present(material.sender, now), command.by)
    details = {"version": str(material.newest.number), "pages": ",".join(map(str, pages)), "at": at.isoformat()}
    return Change(after, (*heard, *(Publish(page) for page in pages)), details)


def _recalled(material: Material, command: RecallMaterial, by: str, office: Office, now: datetime) -> Change:
    after = replace(material, places=(), publish_at=None, approved_by="", approval=0)
    return Change(after, told(N.RECALLED, office.present(material.sender, now), command.by))


def _withdrawn(material: Material, command: WithdrawMaterial, by: str, office: Office, now: datetime) -> Change:
    """Withdraws the material: it will not be published on the pages that do not show it yet. If a page already shows it, the
    material counts as published."""
    places = tuple(
        place if place.state is PlaceState.PUBLISHED else replace(place, state=PlaceState.GIVEN_UP)
        for place in material.places
    )
    stands = any(place.state is PlaceState.PUBLISHED for place in places)
    after = replace(material, places=places, state=S.PUBLISHED if stands else S.WITHDRAWN)
    knowing = () if nobody_knows(material, office, now) else editors(office, now)
    return Change(after, told(N.WITHDRAWN, (*knowing, *office.present(material.sender, now)), command.by))


def _published(material: Material, command: MaterialPublished, by: str, office: Office, now: datetime) -> Change:
    person, stands = "" if by == NETWORK.machine else by, PlaceState.PUBLISHED
    after = _with_place(material, command.page, state=stands, link=command.link, ref=command.ref, by=person, at=now)
    people = (*office.present(material.sender, now), *editors(office, now)) if after.state is S.PUBLISHED else ()
    return Change(after, told(N.PUBLISHED, people, command.by), {"page": str(command.page), "link": command.link})


def _handed_over(material: Material, command: HandOverMaterial, by: str, office: Office, now: datetime) -> Change:
    after = _with_place(material, command.page, state=PlaceState.HANDED_OVER, reason=command.reason, at=now)
    named = office.present(command.keeper, now) if command.keeper in office.people else ()
    heard = told(N.HANDED_OVER, named or editors(office, now), command.by)
    return Change(after, heard, {"page": str(command.page), "reason": command.reason})


def _retried(material: Material, command: RetryMaterial, by: str, office: Office, now: datetime) -> Change:
    place = material.place(command.page)
    tries = place.tries + 1 if place is not None else 1
    after = _with_place(material, command.page, state=PlaceState.PLANNED, reason="", at=now, tries=tries)
    return Change(after, (Publish(command.page),), {"page": str(command.page), "try": str(tries + 1)})


def _with_place(material: Material, page: int, **values: Any) -> Material:
    """Return the material with these values of one of its pages changed, and its state derived from all pages: approved
    while one is planned, else handed over while one is, else published (PA-3.1)."""
    places = tuple(replace(one, **values) if one.page == page else one for one in material.places)
    states = {one.state for one in places}
    ended = S.HANDED_OVER if PlaceState.HANDED_OVER in states else S.PUBLISHED
    return replace(material, places=places, state=S.APPROVED if PlaceState.PLANNED in states else ended)


# --- the table ---------------------------------------------------------------------------------------------------------

OF_A_PAGE = (network, editor, keeper)
ENDS_OF_A_PAGE = (S.APPROVED, S.HANDED_OVER, S.PUBLISHED)
STANDS_OR_NOT = (S.WITHDRAWN, S.PUBLISHED)
NEW_WORDS = (says_something, says_something_new)
GOES_THERE = (pages_take_it, time_lies_ahead, networks_take_it)
TABLE: tuple[Row, ...] = (
    #   action       from                         who               to                  needs
    row(A.SEND,      (),                          of_the_office,    S.SENT,             says_something),
    row(A.RESEND,    (S.SENT, S.RETURNED),        sender,           S.SENT,             *NEW_WORDS),
    row(A.EDIT,      S.SENT,                      editor,           S.SENT,             wording_is_newest, *NEW_WORDS),
    row(A.RETURN,    S.SENT,                      editor,           S.RETURNED,         wording_is_newest, remarks_are_given),
    row(A.APPROVE,   S.SENT,                      editor,           S.APPROVED,         wording_is_newest, *GOES_THERE),
    row(A.RECALL,    S.APPROVED,                  editor,           S.SENT,             when=its_time_has_not_come),
    row(A.WITHDRAW,  (S.SENT, S.RETURNED),        (editor, sender), S.WITHDRAWN),
    row(A.WITHDRAW,  (S.APPROVED, S.HANDED_OVER), (editor, sender), STANDS_OR_NOT,      when=its_time_has_not_come),
    row(A.PUBLISHED, S.APPROVED,                  OF_A_PAGE,        ENDS_OF_A_PAGE,     page_waits_for_it, link_is_the_pages),
    row(A.PUBLISHED, S.HANDED_OVER,               OF_A_PAGE,        ENDS_OF_A_PAGE[1:], page_waits_for_it, link_is_the_pages),
    row(A.HAND_OVER, S.APPROVED,                  network,          ENDS_OF_A_PAGE[:2], page_waits_for_it),
    row(A.RETRY,     (S.APPROVED, S.HANDED_OVER), (editor, keeper), S.APPROVED,         page_waits_for_it, bot_may_try_again),
)  # fmt: skip
OTHERS = {
    A.SEND: R.NOT_A_SENDER,
    **dict.fromkeys((A.RESEND, A.WITHDRAW), R.NOT_YOURS),
    **dict.fromkeys((A.EDIT, A.RETURN, A.APPROVE, A.RECALL), R.NOT_AN_EDITOR),
    **dict.fromkeys((A.PUBLISHED, A.HAND_OVER, A.RETRY), R.NOT_THE_KEEPER),
}

MATERIALS: Life[Material, Told | Publish] = Life(
    actions=tuple(A),
    states=S,
    table=TABLE,
    changes={
        A.SEND: _sent,
        A.RESEND: _resent,
        A.EDIT: _edited,
        A.RETURN: _returned,
        A.APPROVE: _approved,
        A.RECALL: _recalled,
        A.WITHDRAW: _withdrawn,
        A.PUBLISHED: _published,
        A.HAND_OVER: _handed_over,
        A.RETRY: _retried,
    },
    no_such=R.NO_SUCH_MATERIAL,
    ends=frozenset({S.PUBLISHED, S.WITHDRAWN}),
    others=OTHERS,
)
