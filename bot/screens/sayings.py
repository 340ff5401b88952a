"""Short words: toasts, refusals, confirmations, help, lists, the history of a case. Pure; facts come as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from bot.messenger import Screen
from bot.screens.case_words import CaseWords, department_to, ground_words
from bot.screens.drafts import sending
from config.texts import Texts, words_of
from config.words import GENITIVE, When, as_post, declined, excerpt, one_line, units
from workflow.case import Case
from workflow.commands import Action
from workflow.office import Office, Role
from workflow.outcomes import Facts, Reason
from workflow.regulation import Kind, Step
from workflow.transitions import TABLE, Who, curator, find, lead_executor

TOAST_LIMIT = 200
LISTED = 60
"""So many cases a list names; the rest are counted."""

SAYINGS = (
    "no_text_draft", "not_in_text", "answer_in_words", "file_too_big", "anonymous", "question_is_not_yours",
    "edited_too_late", "already_a_case", "own_message", "handed_in", "invitation_expired", "stranger_private", "hint_private",
    "unknown_command", "command_is_not_yours", "how_new", "how_case", "hand_in_is_curators", "group_is_another",
    "group_set", "not_admin", "parked", "second_copy", "nothing_open", "nothing_mine", "nothing_overdue", "no_such_case",
)  # fmt: skip
"""What `say` can say from a phrase alone; `plain`, `help`, `welcome_bound` and `gap` are said besides."""

DECIDING = {Role.CURATOR: curator, Role.EXECUTOR: lead_executor}
"""Whose rows of the table the help of a role lists."""


def toast(text: str) -> str:
    """A text short enough to stand over a button."""
    return text if units(text) <= TOAST_LIMIT else excerpt(text, TOAST_LIMIT)


# --- refusals and confirmations --------------------------------------------------------------------------------------


def refusal(texts: Texts, reason: Reason, facts: Facts, case: Case | None, office: Office, now: datetime) -> str:
    """Why not and what to do instead; at most 200 units."""
    words = CaseWords(texts, case, office, now) if case else None
    when = When(now, office.zone)
    key = str(facts.get("department") or "")
    name = office.departments[key].name if key in office.departments else ""
    at, action = facts.get("at"), facts.get("action")
    may = f"may.{action}" if action and texts.has(f"may.{action}") else "may.any"
    return toast(
        texts.plain(
            f"refusals.{reason}",
            c=words,
            what=texts.plain(may),
            is_lead=bool(facts.get("is_lead")),
            department=name,
            department_of=declined(name, GENITIVE) if name else "",
            at=when.past(at) if isinstance(at, datetime) else "",
            version=facts.get("version", ""),
            draft_due=words.due_words(Step.DRAFT) if words else "",
            can_reopen=case is not None and find(Action.REOPEN, case.state) is not None,
        )
    )


def confirmation(texts: Texts, action: Action, case: Case, office: Office, now: datetime) -> str:
    """What was done and what comes next; `case` as it is afterwards. At most 200 units."""
    words = CaseWords(texts, case, office, now)
    return toast(
        texts.plain(
            f"confirmations.{action}",
            c=words,
            version=words.version,
            draft_due=words.due_words(Step.DRAFT),
            approval_due=words.due_words(Step.APPROVAL),
            rework_due=words.due_words(Step.REWORK),
            forward_due=words.due_words(Step.FORWARD),
            sending=sending(words),
        )
    )


# --- sayings ---------------------------------------------------------------------------------------------------------


def say(texts: Texts, key: str, facts: Mapping[str, Any], office: Office, now: datetime) -> Screen:
    """The words of `key`. `facts` are plain data, with the `roles` of whoever is spoken to."""
    roles = [str(role) for role in facts.get("roles", ())]
    match key:
        case "plain":
            return Screen(str(texts.phrase("say_plain.text", text=str(facts["text"]))))
        case "help":
            return Screen(str(help_for(texts, office, roles)))
        case "welcome_bound":
            return Screen(str(_welcome(texts, office, facts, roles)))
        case "gap":
            return Screen(str(_gap(texts, office, facts, now)))
        case _:
            values = {"number": "", "command": "", "title": office.name, **facts}
            known = {name: "" if value is None else value for name, value in values.items()}
            return Screen(str(texts.phrase(f"say.{key}", **known)))


def _welcome(texts: Texts, office: Office, facts: Mapping[str, Any], roles: Sequence[str]) -> Markup:
    person = office.people.get(str(facts.get("person", "")))
    return texts.html(
        "welcome",
        name=as_post(person.name) if person else "",
        office=office.name,
        can=_can(texts, roles),
    )


def _gap(texts: Texts, office: Office, facts: Mapping[str, Any], now: datetime) -> Markup:
    when = When(now, office.zone)
    numbers = [f"№ {number}" for number in facts.get("numbers", ())]
    return texts.html(
        "gap",
        since=when.long(datetime.fromisoformat(str(facts["since"]))),
        until=when.long(datetime.fromisoformat(str(facts["until"]))),
        opened=len(numbers),
        numbers=", ".join(numbers[:LISTED]),
        more=max(0, len(numbers) - LISTED),
    )


# --- help ------------------------------------------------------------------------------------------------------------


def help_for(texts: Texts, office: Office, roles: Sequence[str]) -> Markup:
    """What the roles may do, read off the table, and the commands they have."""
    return texts.html("help", office=office.name, can=_can(texts, roles), commands=commands(texts, roles), roles=roles)


def _can(texts: Texts, roles: Sequence[str]) -> list[tuple[str, list[str]]]:
    """For each role that decides about cases, what it may do, in the order of the table."""
    found: list[tuple[str, list[str]]] = []
    for role, who in DECIDING.items():
        if role.value in roles:
            actions = [Action.DETECT] if role is Role.CURATOR else []
            actions += _actions_of(who)
            lines = [texts.plain(f"can.{action}") for action in actions]
            found.append((texts.plain(f"roles.{role}"), lines))
    return found


def _actions_of(who: Who) -> list[Action]:
    return list(dict.fromkeys(row.action for row in TABLE if who in row.who))


def commands(texts: Texts, roles: Sequence[str]) -> list[tuple[str, str]]:
    """The commands of the roles with their captions, in the order of the menu."""
    return [
        (name, words)
        for name, words in texts.section("commands").items()
        if name in EVERYBODYS or any(role in ONLY.get(name, ()) for role in roles)
    ]


EVERYBODYS = frozenset({"help", "open", "overdue", "case"})
ONLY: Mapping[str, tuple[str, ...]] = {"new": (Role.CURATOR,), "mine": (Role.CURATOR, Role.EXECUTOR)}


# --- lists -----------------------------------------------------------------------------------------------------------


def case_list(texts: Texts, which: str, cases: Sequence[Case], office: Office, now: datetime) -> Screen:
    """/open, /mine and /overdue: a line for each case, what is due first first."""
    if not cases:
        return Screen(str(texts.phrase(f"say.nothing_{which}")))
    lines = sorted((_listed(texts, case, office, now) for case in cases), key=lambda line: line[0])
    text = texts.html(
        "case_list",
        heading=texts.phrase(f"list_heading.{which}", n=len(cases)),
        lines=[line for _, line in lines[:LISTED]],
        more=max(0, len(lines) - LISTED),
    )
    return Screen(str(text))


def _listed(texts: Texts, case: Case, office: Office, now: datetime) -> tuple[tuple[datetime, int], Markup]:
    words = CaseWords(texts, case, office, now)
    running = [(deadline.due_at, step) for step, deadline in words.running.items() if deadline.kind is Kind.DUTY]
    due, step = min(running, default=(None, None))
    line = texts.phrase(
        "list_line.one",
        c=words,
        about=excerpt(words.about, 70),
        mark="🔴 " if words.is_high else "",
        late=due is not None and due < now,
        step=texts.plain(f"steps.{step}") if step else "",
        until=words.when.until(due) if due else "",
        past=words.when.past(due) if due else "",
    )
    return (due or case.history[-1].at, case.number), line


def case_history(
    texts: Texts, case: Case, entries: Iterable[Mapping[str, Any]], office: Office, now: datetime, whole: bool
) -> Screen:
    """/case N: where it stands and what has happened, fit to be read aloud. `whole`: with the citizen's text."""
    words = CaseWords(texts, case, office, now)
    text = texts.html(
        "case_history",
        c=words,
        whole=whole,
        terms=words.terms_line(),
        overdue=words.overdue_lines(),
        lines=[_entry(texts, entry, case, office, words.when) for entry in entries],
    )
    return Screen(str(text))


def _entry(texts: Texts, entry: Mapping[str, Any], case: Case, office: Office, when: When) -> Markup:
    """«12 января, 9:20 — куратор направил Отделу ЖКХ»."""
    action = str(entry["action"])
    details: Mapping[str, str] = entry.get("details") or {}
    step = details.get("step", "")
    to = [department_to(office, key.strip()) for key in details.get("to", "").split(",") if key.strip()]
    topics = [office.topics[key.strip()].label if key.strip() in office.topics else key.strip()
              for key in details.get("topics", "").split(",")]  # fmt: skip
    importance = details.get("importance", "")
    reason, source = details.get("reason", ""), details.get("source", "")
    key = f"journal.{action}" if texts.has(f"journal.{action}") else "journal.note"
    words = texts.phrase(
        key,
        action=action,
        who=_who(texts, entry, office, action),
        by_hand=entry.get("who") != "network",
        to=" и ".join(to),
        version=details.get("version", ""),
        remark=_short(details.get("remark", "")),
        reason=_reason(texts, reason, case, office, action),
        importance=texts.plain(f"importance.{importance}") if texts.has(f"importance.{importance}") else importance,
        topics=", ".join(topic for topic in topics if topic) or "без темы",
        source=texts.plain(f"sources.{words_of(source)}") if source else "",
        step_of=texts.plain(f"steps_of.{step}") if step else "",
        step_overdue=texts.plain(f"overdue.{step}") if step else "",
    )
    return texts.phrase("list_line.history", date=when.date(entry["at"]), clock=when.clock(entry["at"]), words=words)


def _short(text: str) -> str:
    return excerpt(one_line(text), 200)


def _reason(texts: Texts, reason: str, case: Case, office: Office, action: str) -> str:
    if action == Action.POST_FAILED:
        key = f"not_posted.{reason}" if texts.has(f"not_posted.{reason}") else "not_posted.rejected"
        return texts.plain(key, source=CaseWords(texts, case, office, case.arrived).source)
    if action in (Action.CLOSE_WITHOUT_POSTING, Action.NOT_PROCESS):
        words = ground_words(texts, office, reason)
        return words[:1].lower() + words[1:]
    return _short(reason)


def _who(texts: Texts, entry: Mapping[str, Any], office: Office, action: str) -> str:
    """«куратор (Общий отдел)», «исполнитель (начальник отдела ЖКХ, замещает: …)», «бот»."""
    by, behalf = entry.get("who"), entry.get("on_behalf")
    if by is None or (texts.has(f"journal_who.{by}") and by not in office.people):
        return texts.plain(f"journal_who.{by or 'nobody'}")
    role = texts.plain(f"journal_who.{_role(action)}")
    name = as_post(office.people[by].name) if by in office.people else str(by)
    if behalf and behalf in office.people:
        return texts.plain("list_line.stands_in", role=role, name=name, behalf=as_post(office.people[behalf].name))
    same = name.casefold() == role.casefold()
    return role if same else texts.plain("list_line.named", role=role, name=name)


def _role(action: str) -> Role:
    """In which role an action is done: the curator's, unless only executors may."""
    rows = [row for row in TABLE if row.action == action]
    only_executors = bool(rows) and all(set(row.who) == {lead_executor} for row in rows)
    return Role.EXECUTOR if only_executors else Role.CURATOR
