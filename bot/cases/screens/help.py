"""Help and menus: what a role may do, read off the table of transitions, and its commands, read off the list of
commands (`COMMANDS`). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from markupsafe import Markup

from config.texts import Texts
from handlers.door import COMMANDS
from workflow.commands import Action
from workflow.engine import Who, curator
from workflow.office import Office, Role
from workflow.regulation import DraftKind, Holder, Importance, Regulation, Source, Step, Unit
from workflow.shortcomings import SHORTCOMINGS
from workflow.transitions import TABLE, co_executor, concerned_executor, lead_executor

DECIDING: dict[Role, tuple[Who, ...]] = {
    Role.CURATOR: (curator,),
    Role.EXECUTOR: (lead_executor, co_executor, concerned_executor),
}
"""For each role, the kinds of actors whose rows of the table of transitions its help lists."""

EXPLAINED = " — "
"""In the words about an action, separates the action from how to do it."""
BY_BUTTON = f"{EXPLAINED}кнопк"
FEW = 8
"""If a role has more explained actions than this, those done by a plain button are left out: the help fits one screen
of a telephone."""
LISTED = 8
"""How many commands are listed with their captions; the others are listed by name alone."""


def help_for(texts: Texts, office: Office, roles: Sequence[str]) -> Markup:
    """Return the text of /help: what the roles may do under this office's regulation, and their commands."""
    known = [(name, words) for name, words in commands(texts, roles) if _has_command(office, name)]
    more = Markup(" ").join(Markup("/{}").format(name) for name, _ in known[LISTED:])
    return texts.html(
        "help", office=office.name, can=can(texts, office, roles), commands=known[:LISTED], more=more, roles=roles
    )


def can(texts: Texts, office: Office, roles: Sequence[str]) -> list[tuple[str, list[str], list[str]]]:
    """For each role that decides about cases, return its caption, the actions that need an explanation, and the actions
    done by plain buttons."""
    found: list[tuple[str, list[str], list[str]]] = []
    for role, who in DECIDING.items():
        if role.value in roles:
            rows = (row for row in (*TABLE, *SHORTCOMINGS.table) if set(who) & set(row.who))
            actions = dict.fromkeys(row.action for row in rows if _has(office, row.action, role))
            lines = [texts.plain(f"can.{action}") for action in actions]
            explained = [line for line in lines if EXPLAINED in line]
            if len(explained) > FEW:
                explained = [line for line in explained if BY_BUTTON not in line]
            found.append((texts.plain(f"roles.{role}"), explained, [line for line in lines if line not in explained]))
    return found


def _has(office: Office, action: StrEnum, role: Role) -> bool:
    """Whether the office's regulation has this action for the role at all."""
    rules = office.regulation
    match action:
        case Action.PASS_CONTRIBUTION:
            return rules.contributions_to is Holder.CURATOR
        case Action.SEND_BACK_CONTRIBUTION:
            return (rules.contributions_to is Holder.CURATOR) is (role is Role.CURATOR)
        case Action.PROPOSE_INTERIM:
            return DraftKind.INTERIM in rules.draft_kinds
        case Action.SET_KIND:
            return len(rules.draft_kinds) > 1
        case Action.PROPOSE_TERM:
            return _final_is_named(rules)
        case Action.SET_TERM:
            return rules.curator_term is not None or _final_is_named(rules)
        case Action.NOT_PROCESS | Action.REOPEN:
            return bool(rules.grounds)
        case _:
            return True


def _final_is_named(rules: Regulation) -> bool:
    """Whether the regulation leaves the term of some final answers to the curator (MO-13)."""
    final = rules.rule(Step.FINAL)
    return final is not None and any(
        final.within_for(importance, source).term.unit is Unit.NAMED for importance in Importance for source in Source
    )


def _has_command(office: Office, name: str) -> bool:
    rules = office.regulation
    match name:
        case "promises":
            return DraftKind.INTERIM in rules.draft_kinds
        case "moderation":
            return any(one is not None and one.moderation is not None for one in (rules, rules.of_pages))
        case "why" | "violations":
            return bool(rules.steps)
        case "unprocessed":
            return bool(rules.grounds)
        case _:
            return True


def commands(texts: Texts, roles: Sequence[str]) -> list[tuple[str, str]]:
    """Return the commands of the roles with their captions, in menu order; for somebody without a role, the commands
    open to everybody."""
    everybody, own = frozenset(Role), set(roles)
    return [
        (name, words)
        for name, words in texts.section("commands").items()
        if COMMANDS[name] == everybody or own & COMMANDS[name]
    ]
