"""A case's journal in words (/case), and the register of messages that were not processed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import department_to, departments_named, ground_words, in_case, letter_words
from bot.messenger import Button, Screen
from config.russian.words import GENITIVE, When, as_post, clean, excerpt, one_line
from config.texts import Texts, words_of
from handlers.callbacks import Callback, Verb
from workflow.case import Case, Draft
from workflow.commands import Action
from workflow.engine import deputy
from workflow.office import Office, Role
from workflow.regulation import DraftKind, Step
from workflow.transitions import TABLE, co_executor, lead_executor

SEEN = "seen"
"""The journal's action for a receipt («Вижу»); it is shown with the person's name, without a role."""
WORDING = 900
"""How much of an answer or a draft /case shows, in UTF-16 units; the case's file has all of it."""
REGISTERED = 10
"""How many of the messages not processed are shown at once, the newest first."""


def unprocessed(
    texts: Texts, decided: Sequence[tuple[Case, Mapping[str, Any] | None]], total: int, office: Office, now: datetime
) -> Screen:
    """Return the list of messages not processed: text, ground, who decided and when, and a button to reopen each
    (MO-18). `total`: how many there are in all."""
    if not decided:
        return Screen(str(texts.phrase("say.nothing_unprocessed")))
    when = When(now, office.zone)
    lines = []
    for case, entry in decided:
        who = _who(texts, entry, office, Action.NOT_PROCESS) if entry is not None else ""
        at = when.past(entry["at"]) if entry is not None else ""
        lines.append(texts.phrase("list_line.unprocessed", c=CaseWords(texts, case, office, now), who=who, at=at))
    text = texts.html(
        "case_list",
        heading=texts.phrase("list_heading.unprocessed", n=total),
        lines=lines,
        more=max(0, total - len(lines)),
    )
    rows = tuple(
        (Button(texts.plain("buttons.reopen_one", number=str(c.number)), Callback(Verb.REOPEN, c.id).pack()),)
        for c, _ in decided
    )
    return Screen(str(text), rows)


def case_history(
    texts: Texts, case: Case, entries: Iterable[Mapping[str, Any]], office: Office, now: datetime, whole: bool = True
) -> Screen:
    """Return the answer to /case N: the state of the case and its events, fit to be read aloud. `whole`: also the
    citizen's text, the posted answer, and the newest draft if it differs."""
    words = CaseWords(texts, case, office, now)
    text = texts.html(
        "case_history",
        c=words,
        whole=whole,
        terms=words.terms_line(),
        overdue=words.overdue_lines(),
        answer=_wording(case.draft_of(case.posting.version)) if whole and case.posting is not None else "",
        draft=_wording(case.draft) if whole and _is_open_draft(case) else "",
        lines=[_entry(texts, entry, case, office, words.when, whole) for entry in entries],
    )
    return Screen(str(text))


def _wording(draft: Draft | None) -> str:
    return excerpt(clean(draft.text), WORDING, 20) if draft is not None else ""


def _is_open_draft(case: Case) -> bool:
    """Whether the newest draft is another version than the one posted last."""
    return case.draft is not None and (case.posting is None or case.posting.version != case.draft.version)


def history_lines(
    texts: Texts, case: Case, entries: Iterable[Mapping[str, Any]], office: Office, now: datetime
) -> list[Markup]:
    """Return the journal of the case, one line for each entry, as in /case."""
    return [_entry(texts, entry, case, office, When(now, office.zone)) for entry in entries]


def done_line(texts: Texts, case: Case, entry: Mapping[str, Any], office: Office, now: datetime) -> Markup:
    """Return an event with its case in one line: «№ 5 вода, Школьная, 5: 12 января, 9:20 — куратор направил Отделу
    ЖКХ»."""
    tail = _entry(texts, entry, case, office, When(now, office.zone))
    return texts.phrase("absences.done_line", c=CaseWords(texts, case, office, now), tail=tail)


def _entry(
    texts: Texts, entry: Mapping[str, Any], case: Case, office: Office, when: When, whole: bool = True
) -> Markup:
    """Return a journal entry in words: «12 января, 9:20 — куратор направил Отделу ЖКХ»; without `whole`, without a
    note's text."""
    action = str(entry["action"])
    details: Mapping[str, str] = entry.get("details") or {}
    step = details.get("step", "").partition("@")[0]
    to = [department_to(office, key.strip()) for key in details.get("to", "").split(",") if key.strip()]
    topics = [office.topics[key.strip()].label if key.strip() in office.topics else key.strip()
              for key in details.get("topics", "").split(",")]  # fmt: skip
    importance = details.get("importance", "")
    reason, source = details.get("reason", ""), details.get("source", "")
    key = f"journal.{action}" if texts.has(f"journal.{action}") else "journal.other"
    words = texts.phrase(
        key,
        action=action,
        who=_who(texts, entry, office, action),
        by_hand=entry.get("who") != "network",
        again="again" in details,
        to=" и ".join(to),
        version=details.get("version", ""),
        remark=_short(details.get("remark", "")),
        reason=_reason(texts, reason, case, office, action),
        importance=texts.plain(f"importance.{importance}") if texts.has(f"importance.{importance}") else importance,
        topics=", ".join(topic for topic in topics if topic) or "без темы",
        source=texts.plain(f"sources.{words_of(source)}") if source else "",
        steps=", ".join(texts.plain(f"steps.{one}") for one in details.get("steps", "").split(",") if one in set(Step)),
        step_of=texts.plain(f"steps_of.{step}") if step in set(Step) else "",
        step_overdue=texts.plain(f"overdue.{step}") if step in set(Step) else "",
        department_of=in_case(office, departments_named(office, [details.get("department", "")]), GENITIVE),
        early=_short(details.get("early", "")),
        kind=texts.plain(f"drafts.{details['kind']}") if "kind" in details else "",
        kind_posted=texts.plain(f"drafts_posted.{details.get('kind', DraftKind.FINAL)}"),
        helped="helped" in details,
        mark=details.get("mark", ""),
        number=details.get("number", ""),
        note=one_line(details.get("text", "")) if whole else "",
        location=_short(details.get("location", "")),
        due=when.until(datetime.fromisoformat(details["due"])) if "due" in details else "",
        **_letter(texts, details, office),
    )
    return texts.phrase("list_line.history", date=when.date(entry["at"]), clock=when.clock(entry["at"]), words=words)


def _letter(texts: Texts, details: Mapping[str, str], office: Office) -> dict[str, str]:
    """Return the words for the letter (queued message) that a journal entry is about and for its addressee; {} if it is
    about none."""
    if "letter" not in details:
        return {}
    person = details.get("person", "")
    name = as_post(office.people[person].name) if person in office.people else ""
    return {"letter": letter_words(texts, details["letter"]), "name": name}


def _short(text: str) -> str:
    return excerpt(one_line(text), 200)


def _reason(texts: Texts, reason: str, case: Case, office: Office, action: str) -> str:
    if action == Action.POST_FAILED:
        key = f"not_posted.{reason}" if texts.has(f"not_posted.{reason}") else "not_posted.rejected"
        return texts.plain(key, where=CaseWords(texts, case, office, case.arrived).of_source("sources_in"))
    if action in (Action.CLOSE_WITHOUT_POSTING, Action.NOT_PROCESS):
        words = ground_words(texts, office, reason)
        return words[:1].lower() + words[1:]
    return _short(reason)


def _who(texts: Texts, entry: Mapping[str, Any], office: Office, action: str) -> str:
    """Return who did it, with role and name: «куратор (Общий отдел)», «исполнитель (начальник отдела ЖКХ, замещает:
    …)», «бот»."""
    by, behalf = entry.get("who"), entry.get("on_behalf")
    if by is None or (texts.has(f"journal_who.{by}") and by not in office.people):
        return texts.plain(f"journal_who.{by or 'nobody'}")
    role = texts.plain(f"journal_who.{_role(action, office, str(behalf or by))}")
    name = as_post(office.people[by].name) if by in office.people else str(by)
    if behalf and behalf in office.people:
        return texts.plain("list_line.stands_in", role=role, name=name, behalf=as_post(office.people[behalf].name))
    if action == SEEN:
        return name
    same = name.casefold() == role.casefold()
    return role if same else texts.plain("list_line.named", role=role, name=name)


def _role(action: str, office: Office, by: str) -> Role:
    """Return the role in which this person did the action: curator, unless only executors may do it or the person is no
    curator."""
    allowed = {who for row in TABLE if row.action == action for who in row.who}
    roles = office.people[by].roles if by in office.people else ()
    if deputy in allowed and roles:
        return Role.CURATOR if Role.CURATOR in roles else roles[0]
    by_executor = by in office.people and Role.CURATOR not in office.people[by].roles
    executors = {lead_executor, co_executor}
    only_executors = bool(allowed) and allowed <= executors
    return Role.EXECUTOR if only_executors or (by_executor and allowed & executors) else Role.CURATOR
