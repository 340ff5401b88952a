"""Material for publication: who may do what with it and what comes of it (MO-A2.9, PA-3.1).

`decide_material(material, command, office, now)` is the only place where a material changes, `ROWS` the only place that says
who may. Pure. Approval names an exact wording; from its time on nothing can be taken back, since it may stand somewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workflow.case import FileRef
from workflow.office import NETWORK, Actor, Office, Role
from workflow.official.material import (
    ApproveMaterial,
    EditMaterial,
    HandOverMaterial,
    Material,
    MaterialAccepted,
    MaterialAction,
    MaterialCommand,
    MaterialDecision,
    MaterialEntry,
    MaterialNotice,
    MaterialPublished,
    MaterialReason,
    MaterialRefused,
    MaterialState,
    MaterialTold,
    MaterialVersion,
    Place,
    PlaceState,
    RecallMaterial,
    ResendMaterial,
    RetryMaterial,
    ReturnMaterial,
    SendMaterial,
    WithdrawMaterial,
)
from workflow.official.page_rules import editors

LONGEST = 20_000
"""Characters a wording may have; what a network takes is less and is told at the approval."""
FARTHEST = timedelta(days=92)
MOST_REMARKS = 20
LONGEST_REMARK = 500
AMBIGUOUS = "ambiguous"
"""Why a page was handed over, where it may stand there already."""
MACHINE = "network"
"""Who did it, where no person did."""

# --- who may -----------------------------------------------------------------------------------------------------------

Who = Callable[[Office, "Material | None", MaterialCommand, datetime], str | None]


def editor(office: Office, material: Material | None, command: MaterialCommand, now: datetime) -> str | None:
    """The adviser; where the file names none, the curator."""
    named = any(Role.EDITOR in person.roles for person in office.people.values())
    found = office.has_role(command.by, Role.EDITOR if named else Role.CURATOR, now)
    return found.key if found is not None else None


def of_the_office(office: Office, material: Material | None, command: MaterialCommand, now: datetime) -> str | None:
    """Somebody of a department, a curator or an editor: all who have something to publish."""
    able = {Role.EXECUTOR, Role.CURATOR, Role.EDITOR}
    return next((p.key for p in office.acting(command.by, now) if able & set(p.roles)), None)


def sender(office: Office, material: Material | None, command: MaterialCommand, now: datetime) -> str | None:
    """Whoever sent it, or a colleague of the same department."""
    assert material is not None, "nobody is the sender of what is not there yet"
    own = next((p.key for p in office.acting(command.by, now) if p.key == material.sender), None)
    if own is None and material.unit:
        found = office.of_department(command.by, [material.unit], now)
        own = found.key if found is not None else None
    return own


def keeper(office: Office, material: Material | None, command: MaterialCommand, now: datetime) -> str | None:
    """Whom the registry names as responsible for the page (PA-3.1)."""
    named = command.keeper if isinstance(command, MaterialPublished | RetryMaterial) else ""
    return next((p.key for p in office.acting(command.by, now) if named and p.key == named), None)


def network(office: Office, material: Material | None, command: MaterialCommand, now: datetime) -> str | None:
    return MACHINE if command.by.machine == NETWORK.machine else None


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One permission. `to` None: the decision says which state it is."""

    action: MaterialAction
    from_states: tuple[MaterialState, ...]
    who: tuple[Who, ...]
    to: MaterialState | None
    otherwise: MaterialReason


A, S, R = MaterialAction, MaterialState, MaterialReason
OPEN = (S.SENT, S.RETURNED, S.APPROVED, S.HANDED_OVER)
ROWS: tuple[MaterialRow, ...] = (
    #           action       from                       who                         to          others are told
    MaterialRow(A.SEND,      (),                        (of_the_office,),           S.SENT,     R.NOT_A_SENDER),
    MaterialRow(A.RESEND,    (S.SENT, S.RETURNED),      (sender,),                  S.SENT,     R.NOT_YOURS),
    MaterialRow(A.EDIT,      (S.SENT,),                 (editor,),                  S.SENT,     R.NOT_AN_EDITOR),
    MaterialRow(A.RETURN,    (S.SENT,),                 (editor,),                  S.RETURNED, R.NOT_AN_EDITOR),
    MaterialRow(A.APPROVE,   (S.SENT,),                 (editor,),                  S.APPROVED, R.NOT_AN_EDITOR),
    MaterialRow(A.RECALL,    (S.APPROVED,),             (editor,),                  S.SENT,     R.NOT_AN_EDITOR),
    MaterialRow(A.WITHDRAW,  OPEN,                      (editor, sender),           None,       R.NOT_YOURS),
    MaterialRow(A.PUBLISHED, (S.APPROVED, S.HANDED_OVER), (network, editor, keeper), None,      R.NOT_THE_KEEPER),
    MaterialRow(A.HAND_OVER, (S.APPROVED, S.HANDED_OVER), (network,),               None,       R.NOT_THE_KEEPER),
    MaterialRow(A.RETRY,     (S.APPROVED, S.HANDED_OVER), (editor, keeper),         None,       R.NOT_THE_KEEPER),
)  # fmt: skip


def material_row(action: MaterialAction) -> MaterialRow:
    return next(row for row in ROWS if row.action is action)


def is_being_published(material: Material, now: datetime) -> bool:
    """Whether its time has come: it may stand somewhere already, or stand there the next moment."""
    return material.state is S.APPROVED and material.publish_at is not None and now >= material.publish_at


def may_with_material(material: Material, action: MaterialAction, by: Actor, office: Office, now: datetime) -> bool:
    """Whether the button is worth showing."""
    row = material_row(action)
    trial = WithdrawMaterial(by, material.id)
    if by.standing != "ok" or material.state not in row.from_states:
        return False
    if action in (A.RECALL, A.WITHDRAW) and is_being_published(material, now):
        return False
    return any(who(office, material, trial, now) for who in row.who)


# --- the decision ------------------------------------------------------------------------------------------------------


def decide_material(
    material: Material | None, command: MaterialCommand, office: Office, now: datetime
) -> MaterialDecision:
    """Whether the command holds for this material now, and what follows. `now` is aware."""
    by = _by_whom(material, command, office, now)
    if isinstance(by, MaterialRefused):
        return by
    row = material_row(command.action)
    if material is not None and material.state not in row.from_states:
        return MaterialRefused(R.NOT_NOW, {"state": material.state})
    if material is not None and _too_late(material, command, now):
        return MaterialRefused(R.BEING_PUBLISHED)
    changed = _changed(material, command, by, office, now)
    if isinstance(changed, MaterialRefused):
        return changed
    after, details = changed
    after = replace(after, state=row.to or after.state, version=material.version + 1 if material is not None else 1)
    own = by if by in command.by.people or not command.by.people else command.by.people[0]
    entry = MaterialEntry(
        command.action,
        now,
        own,
        by if own != by else None,
        material.state if material is not None else None,
        after.state,
        tuple(sorted(details.items())),
    )
    told = _told(material, after, command, office, now)
    return MaterialAccepted(after, entry, told, _to_publish(after, command))


def _to_publish(after: Material, command: MaterialCommand) -> tuple[int, ...]:
    if isinstance(command, RetryMaterial):
        return (command.page,)
    return tuple(place.page for place in after.places) if isinstance(command, ApproveMaterial) else ()


def _by_whom(
    material: Material | None, command: MaterialCommand, office: Office, now: datetime
) -> str | MaterialRefused:
    """By whose right the command is given."""
    machine = command.by.machine == NETWORK.machine
    if not machine and (command.by.standing != "ok" or not command.by.people):
        return MaterialRefused(R.NOT_OURS)
    if (material is None) != isinstance(command, SendMaterial):
        return MaterialRefused(R.NO_SUCH_MATERIAL)
    row = material_row(command.action)
    by = next((key for who in row.who if (key := who(office, material, command, now)) is not None), None)
    return by if by is not None else MaterialRefused(row.otherwise)


def _too_late(material: Material, command: MaterialCommand, now: datetime) -> bool:
    return command.action in (A.RECALL, A.WITHDRAW) and is_being_published(material, now)


Changed = tuple[Material, dict[str, str]]


def _changed(
    material: Material | None, command: MaterialCommand, by: str, office: Office, now: datetime
) -> Changed | MaterialRefused:
    if isinstance(command, SendMaterial):
        return _sent(command, by, office, now)
    assert material is not None, "only what is sent is not there yet"
    match command:
        case ResendMaterial():
            return _worded(material, command.text, command.files, by, now)
        case EditMaterial():
            stale = _stale(material, command.wording)
            return stale or _worded(material, command.text, command.files, by, now)
        case ReturnMaterial():
            return _stale(material, command.wording) or _returned(material, command)
        case ApproveMaterial():
            return _stale(material, command.wording) or _approved(material, command, by, office, now)
        case RecallMaterial():
            return replace(material, places=(), publish_at=None, approved_by="", approval=0), {}
        case WithdrawMaterial():
            return _withdrawn(material), {}
        case MaterialPublished():
            return _published(material, command, by, now)
        case RetryMaterial():
            return _retried(material, command, now)
        case _:
            return _handed_over(material, command, now)


def _stale(material: Material, wording: int) -> MaterialRefused | None:
    """Somebody saw another wording than there is now."""
    newest = material.newest.number
    return MaterialRefused(R.CHANGED, {"version": newest}) if wording != newest else None


def _sent(command: SendMaterial, by: str, office: Office, now: datetime) -> Changed | MaterialRefused:
    if wrong := _wrong(command.text, bool(command.files)):
        return wrong
    version = MaterialVersion(1, command.text.strip(), command.files, by, now)
    unit = office.people[by].department or ""
    material = Material(command.material, command.municipality, 0, S.SENT, by, unit, (version,))
    return material, {"version": "1"}


def _wrong(text: str, files: bool) -> MaterialRefused | None:
    if not text.strip() and not files:
        return MaterialRefused(R.EMPTY)
    return MaterialRefused(R.TOO_LONG, {"most": LONGEST}) if len(text) > LONGEST else None


def _worded(
    material: Material, text: str, files: tuple[FileRef, ...], by: str, now: datetime
) -> Changed | MaterialRefused:
    """A new wording: what is not given stays; pictures without a word join those there are."""
    old = material.newest
    if wrong := _wrong(text, bool(files)):
        return wrong
    words = text.strip() or old.text
    together = (*old.files, *files) if not text.strip() else files or old.files
    if (words, together) == (old.text, old.files):
        return MaterialRefused(R.SAME)
    version = MaterialVersion(old.number + 1, words, together, by, now)
    return replace(material, versions=(*material.versions, version)), {"version": str(version.number)}


def _returned(material: Material, command: ReturnMaterial) -> Changed | MaterialRefused:
    remarks = tuple(one for line in command.remarks if (one := _bare(line)[:LONGEST_REMARK]))[:MOST_REMARKS]
    if not remarks:
        return MaterialRefused(R.NO_REMARKS)
    remarked = replace(material.newest, remarks=remarks)
    after = replace(material, versions=(*material.versions[:-1], remarked))
    return after, {"version": str(remarked.number), "remarks": str(len(remarks))}


def _bare(line: str) -> str:
    """A line of a list without the sign it begins with."""
    return line.strip().lstrip("-–—•*").strip()


def _approved(
    material: Material, command: ApproveMaterial, by: str, office: Office, now: datetime
) -> Changed | MaterialRefused:
    pages = tuple(dict.fromkeys(command.pages))
    if not pages:
        return MaterialRefused(R.NO_PAGES)
    if not set(pages) <= command.in_force:
        return MaterialRefused(R.UNKNOWN_PAGE)
    if command.at is not None and command.at <= now:
        return MaterialRefused(R.IN_THE_PAST)
    if command.at is not None and command.at - now > FARTHEST:
        return MaterialRefused(R.TOO_FAR, {"days": FARTHEST.days})
    problem = next(((page, words) for page, words in command.problems if page in pages), None)
    if problem is not None:
        return MaterialRefused(R.DOES_NOT_FIT, {"page": problem[0], "problem": problem[1]})
    at = command.at or now + office.approval_delay
    places = tuple(Place(page) for page in pages)
    after = replace(material, places=places, publish_at=at, approved_by=by, approval=material.version + 1)
    details = {"version": str(material.newest.number), "pages": ",".join(map(str, pages)), "at": at.isoformat()}
    return after, details


def _withdrawn(material: Material) -> Material:
    """What stands somewhere stays published; what does not will not be."""
    places = tuple(
        place if place.state is PlaceState.PUBLISHED else replace(place, state=PlaceState.GIVEN_UP)
        for place in material.places
    )
    stands = any(place.state is PlaceState.PUBLISHED for place in places)
    return replace(material, places=places, state=S.PUBLISHED if stands else S.WITHDRAWN)


def _published(material: Material, command: MaterialPublished, by: str, now: datetime) -> Changed | MaterialRefused:
    place = material.place(command.page)
    waiting = (PlaceState.HANDED_OVER, PlaceState.PLANNED) if by == MACHINE else (PlaceState.HANDED_OVER,)
    if place is None or place.state not in waiting:
        return MaterialRefused(R.NOT_NOW, {"state": material.state})
    if not command.link:
        return MaterialRefused(R.NOT_A_LINK)
    if not command.fits:
        return MaterialRefused(R.ANOTHER_PAGES_LINK)
    person = "" if by == MACHINE else by
    done = replace(place, state=PlaceState.PUBLISHED, link=command.link, ref=command.ref, by=person, at=now)
    return _with_place(material, done), {"page": str(command.page), "link": command.link}


def _handed_over(material: Material, command: HandOverMaterial, now: datetime) -> Changed | MaterialRefused:
    place = material.place(command.page)
    if place is None or place.state is not PlaceState.PLANNED:
        return MaterialRefused(R.NOT_NOW, {"state": material.state})
    given = replace(place, state=PlaceState.HANDED_OVER, reason=command.reason, at=now)
    return _with_place(material, given), {"page": str(command.page), "reason": command.reason}


def can_be_retried(place: Place) -> bool:
    """Whether the bot may publish there once more: never where nobody can tell whether it stands there already."""
    return place.state is PlaceState.HANDED_OVER and place.reason != AMBIGUOUS


def _retried(material: Material, command: RetryMaterial, now: datetime) -> Changed | MaterialRefused:
    place = material.place(command.page)
    if place is None or place.state is not PlaceState.HANDED_OVER:
        return MaterialRefused(R.NOT_NOW, {"state": material.state})
    if not can_be_retried(place):
        return MaterialRefused(R.LOOK_FIRST)
    if not command.by_us:
        return MaterialRefused(R.NOT_BY_US)
    again = replace(place, state=PlaceState.PLANNED, reason="", at=now, tries=place.tries + 1)
    return _with_place(material, again), {"page": str(command.page), "try": str(again.tries + 1)}


def _with_place(material: Material, place: Place) -> Material:
    """The material with the end of one page. Published is only what stands on every page it was meant for (PA-3.1)."""
    places = tuple(place if one.page == place.page else one for one in material.places)
    states = {one.state for one in places}
    ended = S.HANDED_OVER if PlaceState.HANDED_OVER in states else S.PUBLISHED
    return replace(material, places=places, state=S.APPROVED if PlaceState.PLANNED in states else ended)


# --- who is told -------------------------------------------------------------------------------------------------------


def _told(
    before: Material | None, after: Material, command: MaterialCommand, office: Office, now: datetime
) -> tuple[MaterialTold, ...]:
    """The editors hear of what waits for them, the sender of what became of it, the page's keeper of what he is to publish."""
    desk, own = editors(office, now), office.present(after.sender, now)
    match command:
        case SendMaterial():
            meant = [(MaterialNotice.ARRIVED, desk)]
        case ResendMaterial():
            meant = [(MaterialNotice.NEW_VERSION, desk)]
        case EditMaterial():
            meant = [(MaterialNotice.EDITED, own)]
        case ReturnMaterial():
            meant = [(MaterialNotice.RETURNED, own)]
        case ApproveMaterial():
            meant = [(MaterialNotice.APPROVED, own)]
        case RecallMaterial():
            meant = [(MaterialNotice.RECALLED, own)]
        case WithdrawMaterial():
            meant = [(MaterialNotice.WITHDRAWN, (*desk, *own))]
        case MaterialPublished():
            ended = after.state is S.PUBLISHED and before is not None and before.state is not S.PUBLISHED
            meant = [(MaterialNotice.PUBLISHED, (*own, *desk))] if ended else []
        case RetryMaterial():
            meant = []
        case _:
            named = office.present(command.keeper, now) if command.keeper in office.people else ()
            meant = [(MaterialNotice.HANDED_OVER, named or desk)]
    told: list[MaterialTold] = []
    for notice, people in meant:
        others = tuple(p for p in dict.fromkeys(people) if p not in command.by.people)
        if others:
            told.append(MaterialTold(notice, others))
    return tuple(told)
