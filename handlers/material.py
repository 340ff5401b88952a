"""Turn commands, buttons and messages about material for publication (`/material`, `/plan`) into wishes; in private
only.

The rules check permissions. The answer to a question about the material's text is kept whole, with its pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from config.russian import dates
from handlers.callbacks import NUMBER, Callback, Verb
from handlers.incoming import Incoming
from handlers.view import View, turned_away
from handlers.waiting import kept_files, nothing_came, without
from handlers.wishes import (
    Ask,
    AskAboutMaterial,
    Carry,
    RewordMaterial,
    Say,
    ShowMaterial,
    ShowPlan,
    Toast,
    Wish,
)
from workflow.official.material import (
    ApproveMaterial,
    EditMaterial,
    MaterialAction,
    MaterialCommand,
    MaterialPublished,
    RecallMaterial,
    RetryMaterial,
    ReturnMaterial,
    SendMaterial,
    WithdrawMaterial,
)
from workflow.ports import Known, Question

VERBS = frozenset({Verb.MATERIAL, Verb.MATERIAL_ACT, Verb.MATERIAL_NEW, Verb.MATERIAL_PAGE, Verb.PLAN})
QUESTIONS = frozenset({"material_text", "material_edit", "material_remarks", "material_time", "material_link"})
MESSAGES = frozenset({"material", "material_text", "material_files"})
"""Kinds of messages that show a material; a reply to one submits a new wording."""
OWN_MESSAGE = "material_sent"
"""The kind of the message in which a sender sent the material; editing it submits a new version."""
PRESETS = {"today18": (0, 18), "tomorrow10": (1, 10), "tomorrow18": (1, 18)}
"""The time presets: days from today and the hour in the municipality's time zone."""
APPROVE_MENU = "approve"
YEARS = 5 * 366
"""How many days from today a week of the content plan may be; a button for a week further away shows the current
one."""


def asked(incoming: Incoming, view: View) -> list[Wish]:
    """Handle `/material`: send the text and pictures of the same message to the editor, or ask for them; only in
    private."""
    if not incoming.private:
        return [Say("material_in_private")]
    if incoming.argument.strip() or incoming.files:
        return _sent(incoming, incoming.argument, view, None)
    return [Ask("material_text", None, {})]


def plan(incoming: Incoming) -> list[Wish]:
    """Handle `/plan`: show the content plan; only in private."""
    return [ShowPlan()] if incoming.private else [Say("material_in_private")]


def _sent(incoming: Incoming, text: str, view: View, answers: int | None) -> list[Wish]:
    if unreadable := _unreadable(incoming, text, view):
        return unreadable
    command = SendMaterial(view.actor, 0, view.office.key, text, kept_files(incoming, view))
    return [Carry(command, answers=answers, became=OWN_MESSAGE), *without(view)]


def _unreadable(incoming: Incoming, text: str, view: View) -> list[Wish]:
    """Say why nothing of the message can become material (empty, files missing, only voice); [] if it has text or
    stored files."""
    if text.strip() or kept_files(incoming, view):
        return []
    return [*nothing_came(view)] or [Say("material_no_voice" if incoming.files else "material_empty")]


# --- buttons ----------------------------------------------------------------------------------------------------------


async def pressed(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    """Handle a button of `VERBS` (about material and the plan); people outside the office are refused."""
    if refusal := turned_away(view):
        return refusal
    number, argument = callback.subject, callback.argument
    match callback.verb:
        case Verb.MATERIAL_NEW:
            return [Toast("material_asked"), Ask("material_text", None, {})]
        case Verb.PLAN:
            near = abs(number - view.now.toordinal()) <= YEARS
            return [ShowPlan(number if near else 0)]
        case Verb.MATERIAL:
            return [ShowMaterial(number, argument)]
        case Verb.MATERIAL_PAGE:
            return await _picked(callback, incoming, view)
        case _:
            return await _act(number, argument, incoming, view)


async def _act(number: int, argument: str, incoming: Incoming, view: View) -> list[Wish]:
    by, (name, _, value) = view.actor, argument.partition(".")
    match name:
        case MaterialAction.EDIT:
            return [AskAboutMaterial("material_edit", number, {"wording": _number(value)})]
        case MaterialAction.RETURN:
            return [AskAboutMaterial("material_remarks", number, {"wording": _number(value)})]
        case MaterialAction.PUBLISHED:
            return [AskAboutMaterial("material_link", number, {"page": _number(value)})]
        case MaterialAction.RETRY:
            return [Carry(RetryMaterial(by, number, _number(value)))]
        case MaterialAction.RECALL:
            return [Carry(RecallMaterial(by, number))]
        case MaterialAction.WITHDRAW:
            return [Carry(WithdrawMaterial(by, number))]
        case MaterialAction.APPROVE:
            return await _approved(number, value, incoming, view)
        case _:
            return [Toast("unknown_button")]


def menu_of(wording: int, pages: Sequence[int]) -> str:
    """The name of the menu in which the editor chooses pages for this wording; it holds the choice: `approve.2.5,7`."""
    return f"{APPROVE_MENU}.{wording}.{','.join(map(str, pages))}"


def chosen_in(menu: str) -> tuple[int, tuple[int, ...]] | None:
    """The wording and the pages chosen so far, read from a menu's name made by `menu_of`; None for another menu."""
    name, _, rest = menu.partition(".")
    wording, _, pages = rest.partition(".")
    if name != APPROVE_MENU or not NUMBER.fullmatch(wording):
        return None
    return int(wording), tuple(int(one) for one in pages.split(",") if NUMBER.fullmatch(one))


async def _choice(incoming: Incoming, number: int, view: View) -> tuple[int, tuple[int, ...]] | None:
    known = await view.known(incoming.chat, incoming.message)
    if known is None or known.kind not in MESSAGES or known.version != number:
        return None
    return chosen_in(known.menu or "")


async def _picked(callback: Callback, incoming: Incoming, view: View) -> list[Wish]:
    """Add the button's page to the pages chosen for publication, or remove it, and redraw the menu."""
    choice = await _choice(incoming, callback.subject, view)
    if choice is None:
        return [ShowMaterial(callback.subject, "")]
    wording, pages = choice
    page = _number(callback.argument)
    chosen = tuple(one for one in pages if one != page) if page in pages else (*pages, page)
    return [ShowMaterial(callback.subject, menu_of(wording, chosen))]


async def _approved(number: int, value: str, incoming: Incoming, view: View) -> list[Wish]:
    """Handle a time button under the chosen pages: approve the material for that time, or ask for another time.

    If the menu with the choice is gone, the approval is carried without pages and the rules explain the refusal."""
    wording, pages = await _choice(incoming, number, view) or (0, ())
    if value == "own":
        body = {"wording": wording, "pages": list(pages)}
        return [AskAboutMaterial("material_time", number, body)]
    if value not in {"now", *PRESETS}:
        return [Toast("unknown_button")]
    at = preset(value, view.now, view) if value in PRESETS else None
    return [Carry(ApproveMaterial(view.actor, number, wording, pages, at))]


def preset(name: str, now: datetime, view: View) -> datetime:
    days, hour = PRESETS[name]
    day = now.astimezone(view.office.zone).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), view.office.zone)


def _number(text: str) -> int:
    return int(text) if NUMBER.fullmatch(text) else 0


# --- words ------------------------------------------------------------------------------------------------------------


def told(question: Question, incoming: Incoming, view: View) -> list[Wish]:
    """Handle a message that answers a question about material: a text, remarks, a time or a link, by the question's
    kind."""
    body, text = question.body, incoming.text.strip()
    number = int(body.get("material", 0))
    match question.kind:
        case "material_text":
            return _sent(incoming, text, view, question.id)
        case "material_edit":
            if unreadable := _unreadable(incoming, text, view):
                return unreadable
            command = EditMaterial(view.actor, number, int(body["wording"]), text, kept_files(incoming, view))
            return [Carry(command, answers=question.id), *without(view)]
        case "material_remarks":
            lines = tuple(line for line in text.splitlines() if line.strip())
            return [_carried(ReturnMaterial(view.actor, number, int(body["wording"]), lines), question)]
        case "material_time":
            at = dates.moment(text, view.now, view.office.working_time)
            if at is None:
                return [Say("not_a_moment")]
            pages = tuple(int(one) for one in body["pages"])
            return [_carried(ApproveMaterial(view.actor, number, int(body["wording"]), pages, at), question)]
        case _:
            link = incoming.links[0] if incoming.links else ""
            return [_carried(MaterialPublished(view.actor, number, int(body["page"]), link), question)]


def _carried(command: MaterialCommand, question: Question) -> Carry:
    return Carry(command, answers=question.id)


def replied(known: Known, incoming: Incoming, view: View) -> list[Wish]:
    """Handle a reply to a material: submit a new version (the sender) or a new wording (the editor); which of the two
    is decided when the wish is carried out."""
    if unreadable := _unreadable(incoming, incoming.text, view):
        return unreadable
    files = kept_files(incoming, view)
    wording = RewordMaterial(known.version or 0, incoming.text.strip(), files, became=OWN_MESSAGE)
    return [wording, *without(view)]


def edited(known: Known, incoming: Incoming) -> list[Wish]:
    """Handle an edit of the message in which the material was sent: submit the new text as a new version."""
    return [RewordMaterial(known.version or 0, incoming.text.strip(), (), quiet=True)]
