"""Short wording: toasts, refusals, confirmations, lists, the history of a case. Pure; facts come as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from bot.answering.toasts import short
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import department_to, ground_words, is_web, letter_words, missing_words
from bot.cases.screens.drafts import sending
from bot.cases.screens.help import can, help_for
from bot.messenger import Button, Buttons, Screen
from config.russian.words import (
    GENITIVE,
    When,
    as_post,
    count,
    declined,
    excerpt,
    one_line,
    units,
)
from config.texts import Texts, words_of
from handlers.callbacks import Callback, Verb
from workflow.case import Case, MissingFile, Why
from workflow.commands import Action
from workflow.office import Office, Role
from workflow.outcomes import Facts, Reason
from workflow.regulation import DraftKind, Event, Holder, Kind, Step
from workflow.transitions import TABLE, co_executor, lead_executor, may

NAMES, NUMBERS = 80, 6
"""How many units of department names, and how many case numbers, a refusal has room for."""
LISTED = 60
"""How many cases a list names; the rest are counted."""

SAYINGS = (
    "no_text_draft", "not_in_text", "answer_in_words", "anonymous", "question_is_not_yours",
    "edited_too_late", "already_a_case", "own_message", "handed_in", "invitation_expired", "stranger_private", "hint_private",
    "unknown_command", "command_is_not_yours", "how_new", "how_case", "how_why", "hand_in_is_curators", "group_is_another",
    "group_set", "not_admin", "second_copy", "nothing_open", "nothing_mine", "nothing_overdue", "no_such_case",
    "answer_broke", "notify", "notify_in_private", "promises_in_private", "snooze_is_over", "snooze_too_late", "snoozed",
    "absent_in_private", "absent_not_understood", "absent_past", "absent_too_long", "absent_choose", "unreachable",
    "absent_not_yours", "absent_already", "absent_circle", "absent_entered", "absent_noted", "absent_told",
    "absent_stand_in", "absent_ended",
    "page_unknown", "pages_in_private", "page_by_button", "page_not_an_address", "page_not_a_day", "how_published",
    "nobody_stands_in", "not_a_moment", "nothing_unprocessed", "nothing_seen", "seen_in_private", "link_is_ours",
    "page_link", "board_in_private", "answer_gone", "answer_gone_with_question", "link_gone", "link_later", "link_unreadable",
    "link_not_read", "moderation_waits",
    "material_in_private", "material_no_voice", "material_empty",
    "nothing_find", "how_find", "how_report", "how_stats", "how_violations", "not_begun_yet", "no_figures", "figures_in_private",
    "citizen_welcome", "citizen_received", "citizen_formal", "citizen_enough", "citizen_in_words", "citizen_files_missing",
    "moderation_in_private",
)  # fmt: skip
"""What `say` can say from a phrase alone; `plain`, `help`, `welcome_bound`, `gap`, `parked`, `network_trouble` and
`files_missing` are said besides."""


# --- refusals and confirmations --------------------------------------------------------------------------------------


def refusal(texts: Texts, reason: Reason, facts: Facts, case: Case | None, office: Office, now: datetime) -> str:
    """Why not, and what to do instead; at most 200 units."""
    words = CaseWords(texts, case, office, now) if case else None
    when = When(now, office.zone)
    key = str(facts.get("department") or "")
    name = office.departments[key].name if key in office.departments else ""
    at, action, due = facts.get("at"), facts.get("action"), facts.get("due")
    wanted = f"may.{action}" if action and texts.has(f"may.{action}") else "may.any"
    return short(
        texts.plain(
            f"refusals.{reason}",
            c=words,
            what=texts.plain(wanted),
            is_lead=bool(facts.get("is_lead")),
            department=name,
            department_of=declined(name, GENITIVE) if name else "",
            at=when.past(at) if isinstance(at, datetime) else "",
            version=facts.get("version", ""),
            draft_due=words.due_words(Step.DRAFT) if words else "",
            departments=_few_departments(office, _listed_in(facts.get("departments"))),
            numbers=_few_numbers(_listed_in(facts.get("numbers"))),
            due=when.until(due) if isinstance(due, datetime) else "",
            kinds=_other_kinds(texts, office),
            kind=texts.plain(f"drafts.{facts['kind']}") if "kind" in facts else "",
            can_reopen=case is not None and may(Action.REOPEN, case.state),
        )
    )


def _listed_in(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _few_departments(office: Office, keys: Sequence[object]) -> str:
    """The departments' names; only their number if the names would leave no room for what to do."""
    names = _departments(office, keys)
    return names if units(names) <= NAMES else count(len(keys), "отдел|отдела|отделов")


def _few_numbers(numbers: Sequence[object]) -> str:
    """«№ 18, № 19 и ещё 4»."""
    named = ", ".join(f"№ {number}" for number in numbers[:NUMBERS])
    return f"{named} и ещё {len(numbers) - NUMBERS}" if len(numbers) > NUMBERS else named


def _departments(office: Office, keys: object) -> str:
    """«Отдел дорог, Отдел образования»."""
    return ", ".join(
        office.departments[str(key)].name if str(key) in office.departments else str(key) for key in _listed_in(keys)
    )


def _other_kinds(texts: Texts, office: Office) -> str:
    """The kinds of answer other than final: «промежуточный ответ, вопрос жителю»."""
    others = [kind for kind in office.regulation.draft_kinds if kind is not DraftKind.FINAL]
    return ", ".join(texts.plain(f"drafts_posted.{kind}") for kind in others)


def confirmation(texts: Texts, action: Action, case: Case, office: Office, now: datetime) -> str:
    """What was done and what comes next; `case` is the case afterwards. At most 200 units."""
    words = CaseWords(texts, case, office, now)
    return short(
        texts.plain(
            f"confirmations.{action}",
            c=words,
            version=words.version,
            draft_due=words.due_words(Step.DRAFT),
            approval_due=words.due_words(Step.APPROVAL),
            rework_due=words.due_words(Step.REWORK),
            forward_due=words.due_words(Step.FORWARD),
            to_curator=office.regulation.contributions_to is Holder.CURATOR,
            own_term=_own_term(words),
            sending=sending(words),
        )
    )


def _own_term(words: CaseWords) -> str:
    """The moment that the curator named last."""
    named = [h.due for h in words.case.history if h.event in (Event.TERM_SET, Event.FINAL_NAMED) and h.due is not None]
    return words.when.until(named[-1]) if named else ""


# --- sayings ---------------------------------------------------------------------------------------------------------


def say(texts: Texts, key: str, facts: Mapping[str, Any], office: Office, now: datetime) -> Screen:
    """The words of `key`. `facts` are plain data, including the `roles` of the person spoken to."""
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
        case "page_link":
            return page_link(texts, facts)
        case "parked":
            return Screen(str(_parked(texts, facts, office, now)))
        case "network_trouble":
            return Screen(str(texts.phrase("network_trouble.text", network=_source(texts, str(facts["network"])))))
        case "files_missing":
            return Screen(str(_files_missing(texts, facts)))
        case "citizen_formal":
            return Screen(str(texts.phrase("say.citizen_formal", where=escape(str(facts.get("where", ""))))))
        case _:
            values = {"number": "", "command": "", "title": office.name, **facts}
            known = {name: "" if value is None else value for name, value in values.items()}
            return Screen(str(texts.phrase(f"say.{key}", **known)))


def _parked(texts: Texts, facts: Mapping[str, Any], office: Office, now: datetime) -> Markup:
    """What could not be carried out: the newest, a line each, and how many more; no word of what was written."""
    when, rows = When(now, office.zone), facts["rows"]
    lines = [
        texts.phrase(
            "parked.line",
            where=_source(texts, str(row["source"])),
            at=when.at(datetime.fromisoformat(str(row["at"]))),
            number=row.get("number") or "",
        )
        for row in rows
    ]
    total = int(facts["total"])
    if total > len(rows):
        lines.append(texts.phrase("parked.more", more=total - len(rows)))
    return Markup("\n").join([texts.phrase("parked.heading", total=total), *lines, texts.phrase("parked.rest")])


def _source(texts: Texts, source: str) -> str:
    return texts.plain("parked.messenger" if source == "messenger" else f"sources.{words_of(source)}")


def _files_missing(texts: Texts, facts: Mapping[str, Any]) -> Markup:
    """Which files did not come, a line for each reason with what to do; then what has become of the rest."""
    files = [MissingFile(str(file["kind"]), str(file["name"]), Why(file["why"])) for file in facts["files"]]
    lines = [
        texts.phrase(f"files_missing.{why}", what=missing_words(texts, [file for file in files if file.why is why]))
        for why in Why
        if any(file.why is why for file in files)
    ]
    about = "taken" if facts["taken"] else "nothing"
    return Markup("\n").join([*lines, texts.phrase(f"files_missing.{about}", number=facts.get("number") or "")])


def _welcome(texts: Texts, office: Office, facts: Mapping[str, Any], roles: Sequence[str]) -> Markup:
    person = office.people.get(str(facts.get("person", "")))
    return texts.html(
        "welcome",
        name=as_post(person.name) if person else "",
        office=office.name,
        can=can(texts, roles),
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


# --- lists -----------------------------------------------------------------------------------------------------------


def case_list(texts: Texts, which: str, cases: Sequence[Case], office: Office, now: datetime) -> Screen:
    """/open, /mine and /overdue: one line for each case, the earliest due first."""
    if not cases:
        return Screen(str(texts.phrase(f"say.nothing_{which}")))
    lines = case_lines(texts, cases, office, now)
    text = texts.html(
        "case_list",
        heading=texts.phrase(f"list_heading.{which}", n=len(cases)),
        lines=lines[:LISTED],
        more=max(0, len(lines) - LISTED),
    )
    return Screen(str(text))


def case_lines(texts: Texts, cases: Sequence[Case], office: Office, now: datetime) -> list[Markup]:
    """One line for each case with its nearest term, the earliest due first."""
    lines = sorted((_listed(texts, case, office, now) for case in cases), key=lambda line: line[0])
    return [line for _, line in lines]


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


SEEN = "seen"
"""The journal's name for a receipt; it is shown with the person's name, without a role."""
REGISTERED = 10
"""How many of the messages not processed are shown at once, the newest first."""


def unprocessed(
    texts: Texts, decided: Sequence[tuple[Case, Mapping[str, Any] | None]], total: int, office: Office, now: datetime
) -> Screen:
    """The register of messages not processed: text, ground, who decided and when; any of them can be reopened
    (MO-18)."""
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
    """/case N: the state of the case and what has happened to it, readable aloud. `whole`: include the citizen's
    text."""
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


def history_lines(
    texts: Texts, case: Case, entries: Iterable[Mapping[str, Any]], office: Office, now: datetime
) -> list[Markup]:
    """The history of the case, one line for each entry, worded as /case does."""
    return [_entry(texts, entry, case, office, When(now, office.zone)) for entry in entries]


def _entry(texts: Texts, entry: Mapping[str, Any], case: Case, office: Office, when: When) -> Markup:
    """«12 января, 9:20 — куратор направил Отделу ЖКХ»."""
    action = str(entry["action"])
    details: Mapping[str, str] = entry.get("details") or {}
    step = details.get("step", "").partition("@")[0]
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
        again="again" in details,
        to=" и ".join(to),
        version=details.get("version", ""),
        remark=_short(details.get("remark", "")),
        reason=_reason(texts, reason, case, office, action),
        importance=texts.plain(f"importance.{importance}") if texts.has(f"importance.{importance}") else importance,
        topics=", ".join(topic for topic in topics if topic) or "без темы",
        source=texts.plain(f"sources.{words_of(source)}") if source else "",
        step_of=texts.plain(f"steps_of.{step}") if step in set(Step) else "",
        step_overdue=texts.plain(f"overdue.{step}") if step in set(Step) else "",
        department_of=declined(_departments(office, [details.get("department", "")]), GENITIVE),
        early=_short(details.get("early", "")),
        kind=texts.plain(f"drafts.{details['kind']}") if "kind" in details else "",
        kind_posted=texts.plain(f"drafts_posted.{details.get('kind', DraftKind.FINAL)}"),
        number=details.get("number", ""),
        location=_short(details.get("location", "")),
        due=when.until(datetime.fromisoformat(details["due"])) if "due" in details else "",
        **_letter(texts, details, office),
    )
    return texts.phrase("list_line.history", date=when.date(entry["at"]), clock=when.clock(entry["at"]), words=words)


def _letter(texts: Texts, details: Mapping[str, str], office: Office) -> dict[str, str]:
    """Which letter a line speaks of, and whom it was for."""
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
    """«куратор (Общий отдел)», «исполнитель (начальник отдела ЖКХ, замещает: …)», «бот»."""
    by, behalf = entry.get("who"), entry.get("on_behalf")
    if by is None or (texts.has(f"journal_who.{by}") and by not in office.people):
        return texts.plain(f"journal_who.{by or 'nobody'}")
    role = texts.plain(f"journal_who.{_role(action)}")
    name = as_post(office.people[by].name) if by in office.people else str(by)
    if behalf and behalf in office.people:
        return texts.plain("list_line.stands_in", role=role, name=name, behalf=as_post(office.people[behalf].name))
    if action == SEEN:
        return name
    same = name.casefold() == role.casefold()
    return role if same else texts.plain("list_line.named", role=role, name=name)


def _role(action: str) -> Role:
    """The role an action is done in: executor if only executors may do it, otherwise curator."""
    rows = [row for row in TABLE if row.action == action]
    only_executors = bool(rows) and all(set(row.who) <= {lead_executor, co_executor} for row in rows)
    return Role.EXECUTOR if only_executors else Role.CURATOR


def page_link(texts: Texts, facts: Mapping[str, Any]) -> Screen:
    """A button that opens the page, or the address to copy if the messenger refuses such a button."""
    url, as_button = str(facts["url"]), bool(facts["as_button"])
    address = Markup() if as_button else Markup("<code>{}</code>").format(url)
    row = (Button(texts.plain("buttons.open_page"), url=url),)
    return Screen(str(texts.phrase("say.page_link", address=address)), (row,) if as_button else ())


def case_buttons(texts: Texts, case: Case, office: Office, whole: bool) -> Buttons:
    """The buttons under /case in private: the file (if `whole`: the reader may read everything), the terms, the
    original message."""
    row = [Button(texts.plain("buttons.file"), Callback(Verb.FILE, case.id).pack())] if whole else []
    if office.regulation.steps:
        row.append(Button(texts.plain("buttons.why"), Callback(Verb.WHY, case.id).pack()))
    if is_web(case.appeal.link):
        row.append(Button(texts.plain("buttons.open"), url=case.appeal.link))
    return (tuple(row),) if row else ()
