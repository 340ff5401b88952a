"""Turn one update into wishes: one function with look-ups, instead of ninety filters (FACTS §14)."""

from __future__ import annotations

import hashlib

from handlers import (
    absence,
    asked,
    channels,
    citizens,
    leadership,
    material,
    moderation,
    notes,
    notices,
    official_pages,
    practice,
    ready,
    shortcomings,
)
from handlers.cases import pressed
from handlers.drafting import SHORT
from handlers.handing_in import handed_in
from handlers.incoming import Incoming, Kind, Mention
from handlers.replies import answered, edited, replied
from handlers.view import View, case_number
from handlers.waiting import kept_files, kept_in, without
from handlers.wishes import Ask, AskToBind, ImportSheet, InGroup, Lists, Membership, Refuse, Say, Wish, WorkingGroup
from workflow.case import State
from workflow.office import Role
from workflow.outcomes import Reason
from workflow.ports import Question
from workflow.reasons import says_something

COMMANDS: dict[str, frozenset[Role]] = {
    "help": frozenset(Role),
    "new": frozenset({Role.CURATOR}),
    "open": frozenset(Role),
    "mine": frozenset(Role),
    "overdue": frozenset(Role),
    "case": frozenset(Role),
    "unprocessed": frozenset({Role.CURATOR, Role.DEPUTY, Role.HEAD}),
    "seen": frozenset({Role.CURATOR}),
    "why": frozenset(Role),
    "absent": frozenset(Role),
    "people": frozenset(Role),
    "find": frozenset(Role),
    "report": frozenset({Role.CURATOR, Role.DEPUTY, Role.HEAD}),
    "stats": frozenset({Role.CURATOR, Role.DEPUTY, Role.HEAD}),
    "violations": frozenset({Role.CURATOR, Role.DEPUTY, Role.HEAD}),
    "notify": frozenset(Role),
    "promises": frozenset({Role.CURATOR, Role.DEPUTY, Role.HEAD}),
    "pages": frozenset(Role),
    "published": frozenset({Role.CURATOR, Role.EDITOR, Role.EXECUTOR}),
    "material": frozenset({Role.CURATOR, Role.EDITOR, Role.EXECUTOR}),
    "plan": frozenset(Role),
    "moderation": frozenset({Role.CURATOR, Role.EDITOR, Role.EXECUTOR}),
    "board": frozenset(Role),
    "shortcoming": frozenset({Role.CURATOR}),
    "practice": frozenset({Role.EXECUTOR}),
    "ready": frozenset({Role.CURATOR}),
}
"""The commands and the roles that may give them; `/help` and the menus are built from this table."""

FORMERLY = {"page": "board"}
"""Former names of commands with the present ones: still accepted, never shown."""

HERE = frozenset({"creator", "administrator", "member", "restricted"})
ADMINS = frozenset({"creator", "administrator"})


async def open_door(incoming: Incoming, view: View) -> list[Wish]:
    """Turn the update into wishes; [] if it does not concern the bot."""
    if incoming.kind is not Kind.POST and view.citizens.is_square(incoming.chat) and incoming.chat != view.group:
        return await citizens.commented(incoming, view)
    match incoming.kind:
        case Kind.PRESS:
            return [*await pressed(incoming, view), *await asked.passing_by(incoming, view)]
        case Kind.MEMBER:
            return _member(incoming, view)
        case Kind.ME:
            return _me(incoming, view)
        case Kind.POST:
            return [*channels.published(incoming, view.citizens.links)]
        case Kind.MIGRATION if incoming.chat == view.group:
            return [WorkingGroup(incoming.new_chat, incoming.title, migrated=True)]
        case Kind.EDIT if incoming.private and view.citizens.private and not view.actor.people:
            return await citizens.changed(incoming, view)
        case Kind.EDIT:
            return await edited(incoming, view)
        case Kind.MESSAGE if (incoming.sender is not None and not incoming.sender.is_bot) or _anonymous(incoming):
            if incoming.private:
                return await _in_private(incoming, view)
            return [*await _in_group(incoming, view), *await asked.passing_by(incoming, view)]
        case _:
            return []


def _anonymous(incoming: Incoming) -> bool:
    return incoming.sender is not None and incoming.in_a_chats_name


def _member(incoming: Incoming, view: View) -> list[Wish]:
    """Record that an account joined or left the working group (its rights depend on that); [] for any other chat."""
    if incoming.chat != view.group or incoming.sender is None:
        return []
    return [Membership(incoming.sender.account, in_group=incoming.status in HERE)]


def _me(incoming: Incoming, view: View) -> list[Wish]:
    """Handle a change of the bot's own membership: added, removed or promoted in a group, blocked or unblocked in
    private."""
    assert incoming.sender is not None
    if incoming.private:
        return [Membership(incoming.sender.account, reachable=incoming.status in HERE)]
    here, admin = incoming.status in HERE, incoming.status in ADMINS
    if incoming.chat == view.group:
        return [InGroup(here, admin), *([Say("not_admin")] if here and not admin else [])]
    if not here or incoming.channel:
        return []
    if view.group is not None:
        return [] if incoming.was in HERE else [Say("group_is_another")]
    return [Ask("working_group", None, {"chat": incoming.chat, "admin": admin})]


# --- private chat --------------------------------------------------------------------------------


async def _in_private(incoming: Incoming, view: View) -> list[Wish]:
    if incoming.command == "start":
        return _start(incoming, view)
    if not view.actor.people:
        return citizens.in_private(incoming, view) if view.citizens.private else [Say("stranger_private", once=True)]
    if view.actor.standing == "left":
        return [Refuse(Reason.LEFT_THE_GROUP)]
    if incoming.command:
        wishes = _command(incoming, view)
    elif incoming.reply_to is None or not (wishes := await replied(incoming, view)):
        if wishes := await _a_note(incoming, view):
            return wishes
        match await asked.in_private(incoming, view):
            case Question() as question:
                return await answered(question, incoming, view)
            case Ask() as about:
                return [about, *without(view)]
        wishes = await _unasked(incoming, view)
    return [*wishes, *await asked.passing_by(incoming, view)]


async def _a_note(incoming: Incoming, view: View) -> list[Wish]:
    """Explain how to add a note, if the text begins like a note but replies to nothing; [] for other texts, or if the
    person's newest open question takes any words as its answer."""
    question = await asked.newest(view)
    return notes.unaddressed(incoming) if question is None or question.kind in asked.ABOUT_DRAFTS else []


async def _unasked(incoming: Incoming, view: View) -> list[Wish]:
    """Handle a private message that answers no question: a curator's opens a case or imports an export; an executor's
    may be a draft, so ask for which case; otherwise give a hint."""
    if view.office.has_role(view.actor, Role.CURATOR, view.now):
        return [ImportSheet()] if view.has_sheet else handed_in(incoming, view)
    return await _which_case(incoming, view) or [Say("hint_private", once=True)]


def _start(incoming: Incoming, view: View) -> list[Wish]:
    code = incoming.argument.strip()
    if code:
        return [AskToBind(hashlib.sha256(code.encode()).hexdigest())]
    assert incoming.sender is not None
    if view.actor.people:
        return [Membership(incoming.sender.account, reachable=True), Say("help")]
    return [Say("citizen_welcome" if view.citizens.private else "stranger_private")]


def _command(incoming: Incoming, view: View) -> list[Wish]:
    roles = {role for person in view.office.acting(view.actor, view.now) for role in person.roles}
    name = FORMERLY.get(incoming.command, incoming.command)
    allowed = COMMANDS.get(name)
    if allowed is None:
        return [Say("unknown_command", {"command": name})]
    if not allowed & roles:
        return [Say("command_is_not_yours", {"command": name})]
    match name:
        case "help":
            return [Say("help")]
        case "absent":
            return absence.asked(incoming, view)
        case command if command in leadership.COMMANDS:
            return leadership.asked(incoming, view)
        case "pages":
            return official_pages.asked(incoming)
        case "published":
            return official_pages.published(incoming)
        case "moderation":
            return moderation.asked(incoming)
        case "material":
            return material.asked(incoming, view)
        case "plan":
            return material.plan(incoming)
        case "shortcoming":
            return shortcomings.asked(incoming)
        case "practice":
            return practice.asked(incoming, view)
        case "ready":
            return ready.asked(incoming)
        case "notify":
            return notices.asked(incoming.argument) if incoming.private else [Say("notify_in_private")]
        case "promises" if not incoming.private:
            return [Say("promises_in_private")]
        case "seen" if not incoming.private:
            return [Say("seen_in_private")]
        case "board" if not incoming.private:
            return [Say("board_in_private")]
        case "new":
            return (
                handed_in(incoming, view, incoming.argument)
                if incoming.argument or incoming.files
                else [Say("how_new")]
            )
        case "case":
            number = case_number(incoming.argument)
            return [Lists("case", number)] if number is not None else [Say("how_case")]
        case "why":
            named, _, step = incoming.argument.lstrip("№ ").strip().partition(" ")
            number = case_number(named)
            return [Lists("why", number, step.strip())] if number is not None else [Say("how_why")]
        case _:
            return [Lists(name)]


# --- the working group ---------------------------------------------------------------------------


async def _in_group(incoming: Incoming, view: View) -> list[Wish]:
    if incoming.chat != view.group:
        return []
    if incoming.reply_to is not None and (wishes := await replied(incoming, view)):
        return wishes
    if _anonymous(incoming):
        return []
    if incoming.command in COMMANDS and view.actor.people:
        return _command(incoming, view)
    called = incoming.mention_of(view.bot_name)
    if called is not None:
        if view.office.has_role(view.actor, Role.CURATOR, view.now):
            return handed_in(incoming, view, _without(called, incoming.text))
        return [Say("hand_in_is_curators", once=True)]
    return await _which_case(incoming, view)


def _without(mention: Mention, text: str) -> str:
    return (text[: mention.start] + text[mention.end :]).strip()


async def _which_case(incoming: Incoming, view: View) -> list[Wish]:
    """Ask an executor for which of their department's cases a long text is a draft («К № 17?»). [] if the text cannot
    be a draft or no case waits for one; such a text is not stored."""
    person = next((p for p in view.office.acting(view.actor, view.now) if p.department), None)
    if person is None or person.department is None or not may_be_draft(incoming):
        return []
    if wishes := notes.unaddressed(incoming):
        return wishes
    waiting = [
        case
        for case in await view.cases_of(person.department)
        if case.state in (State.FORWARDED, State.IN_WORK, State.REWORK)
    ]
    if not waiting:
        return []
    cases = [{"id": case.id, "number": case.number, "about": case.appeal.text[:80]} for case in waiting[:5]]
    body = kept_in(incoming.text.strip(), kept_files(incoming, view), view.missing, incoming, cases=cases)
    return [Ask("which_case", None, body), *without(view)]


def may_be_draft(incoming: Incoming) -> bool:
    """Whether the text may be a draft: long enough, with a word in it, and not a reply to a colleague in the group."""
    text = incoming.text.strip()
    return (incoming.reply_to is None or incoming.private) and len(text) >= SHORT and says_something(text)
