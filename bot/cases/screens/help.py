"""Help and menus: what a role may do, read off the table of transitions, and its commands, read off the doors' list.
Pure."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from config.texts import Texts
from handlers.door import COMMANDS
from workflow.engine import Who, curator
from workflow.office import Office, Role
from workflow.shortcomings import SHORTCOMINGS
from workflow.transitions import TABLE, co_executor, lead_executor

DECIDING: dict[Role, tuple[Who, ...]] = {Role.CURATOR: (curator,), Role.EXECUTOR: (lead_executor, co_executor)}
"""The actors whose rows of the table the help of each role lists."""

EXPLAINED = " — "
"""Separates an action from how to do it."""


def help_for(texts: Texts, office: Office, roles: Sequence[str]) -> Markup:
    """What the roles may do, and their commands."""
    return texts.html("help", office=office.name, can=can(texts, roles), commands=commands(texts, roles), roles=roles)


def can(texts: Texts, roles: Sequence[str]) -> list[tuple[str, list[str], list[str]]]:
    """For each role that decides about cases: its caption, the actions that need an explanation, and the actions done
    by plain buttons."""
    found: list[tuple[str, list[str], list[str]]] = []
    for role, who in DECIDING.items():
        if role.value in roles:
            actions = dict.fromkeys(row.action for row in (*TABLE, *SHORTCOMINGS.table) if set(who) & set(row.who))
            lines = [texts.plain(f"can.{action}") for action in actions]
            explained = [line for line in lines if EXPLAINED in line]
            found.append((texts.plain(f"roles.{role}"), explained, [line for line in lines if line not in explained]))
    return found


def commands(texts: Texts, roles: Sequence[str]) -> list[tuple[str, str]]:
    """The commands of the roles with their captions, in menu order; somebody without a role gets the commands open to
    everybody."""
    everybody, own = frozenset(Role), set(roles)
    return [
        (name, words)
        for name, words in texts.section("commands").items()
        if COMMANDS[name] == everybody or own & COMMANDS[name]
    ]
