"""Short wording: toasts, refusals, confirmations, lists of cases, buttons under /case. Pure; facts come as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from markupsafe import Markup, escape

from bot.answering.toasts import short
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import departments_named, in_case, is_web, link, listed_in, missing_words
from bot.cases.screens.drafts import sending
from bot.cases.screens.help import can, help_for
from bot.messenger import Button, Buttons, Screen
from config.russian.words import (
    GENITIVE,
    When,
    as_post,
    count,
    excerpt,
    one_line,
    units,
)
from config.texts import Texts, words_of
from handlers.callbacks import Callback, Verb
from workflow.basis import blanks
from workflow.case import Case, MissingFile, Why
from workflow.commands import Action
from workflow.office import Office, Role
from workflow.outcomes import Facts, Reason
from workflow.ports import NETWORK
from workflow.regulation import DraftKind, Event, Holder, Kind, Step
from workflow.transitions import may

NAMES, NUMBERS = 80, 6
"""How much room a refusal has for department names (UTF-16 units) and for case numbers (how many)."""
LISTED = 60
"""How many of the cases opened after a gap are named; the rest are counted."""

NO_DETAILS: Mapping[str, str] = MappingProxyType({})

SAYINGS = (
    "no_text_draft", "not_in_text", "answer_in_words", "anonymous", "question_is_not_yours",
    "edited_older", "edited_too_late", "already_a_case", "own_message", "handed_in", "invitation_expired", "stranger_private",
    "hint_private",
    "unknown_command", "command_is_not_yours", "how_new", "how_case", "how_why", "hand_in_is_curators", "group_is_another",
    "group_set", "not_admin", "second_copy", "nothing_open", "nothing_mine", "nothing_overdue", "no_such_case",
    "answer_broke", "notify", "notify_in_private", "promises_in_private", "snooze_is_over", "snooze_too_late", "snoozed",
    "absent_in_private", "absent_not_understood", "absent_past", "absent_began_before",
    "absent_too_long", "absent_choose", "unreachable",
    "absent_not_yours", "absent_already", "absent_circle", "absent_entered", "absent_noted", "absent_told",
    "absent_stand_in", "absent_ended",
    "page_unknown", "pages_in_private", "page_by_button", "page_not_an_address", "page_not_a_day", "how_published",
    "nobody_stands_in", "not_a_moment", "nothing_unprocessed", "nothing_seen", "seen_in_private", "link_is_ours",
    "page_link", "board_in_private", "answer_gone", "answer_gone_with_question", "link_gone", "link_later", "link_unreadable",
    "link_not_read", "moderation_waits",
    "material_in_private", "material_no_voice", "material_empty",
    "nothing_find", "how_find", "how_report", "how_stats", "how_violations", "not_begun_yet", "no_figures", "figures_in_private",
    "citizen_welcome", "citizen_received", "citizen_formal", "citizen_enough", "citizen_in_words", "citizen_files_missing",
    "how_note", "guesses_left", "how_notify", "note_without_files",
    "moderation_in_private", "comment_not_ours", "shortcoming_whose", "shortcoming_in_private", "shortcoming", "not_pinned",
    "ready_in_private", "practice_in_private", "practice_by_button", "practice_returned", "practice_done", "moved_house",
)  # fmt: skip
"""The keys of `say` that are a single phrase each. Its other keys: `plain`, `help`, `welcome_bound`, `gap`, `parked`,
`trouble`, `read_back`, `files_broken`, `files_missing`."""


# --- refusals and confirmations --------------------------------------------------------------------------------------


def refusal(texts: Texts, reason: Reason, facts: Facts, case: Case | None, office: Office, now: datetime) -> str:
    """Return why the command was refused and what to do instead; at most 200 UTF-16 units, for a toast."""
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
            is_curator=bool(facts.get("is_curator")),
            is_above=bool(facts.get("is_above")),
            returns=action is Action.RETURN,
            department=name,
            department_of=in_case(office, name, GENITIVE) if name else "",
            at=when.past(at) if isinstance(at, datetime) else "",
            version=facts.get("version", ""),
            draft_due=words.due_words(Step.DRAFT) if words else "",
            departments=_few_departments(office, listed_in(facts.get("departments"))),
            numbers=_few_numbers(listed_in(facts.get("numbers"))),
            due=when.until(due) if isinstance(due, datetime) else "",
            since=f"{when.clock(at)} {when.date(at)}" if isinstance(at, datetime) else "",
            kinds=_other_kinds(texts, office),
            answers=facts.get("answers", 0),
            begun=when.since(at) if isinstance(at, datetime) else "",
            person=_named(office, facts.get("person")),
            most=facts.get("most", ""),
            blanks=[str(blank) for blank in listed_in(facts.get("blanks"))],
            kind=texts.plain(f"drafts.{facts['kind']}") if "kind" in facts else "",
            can_reopen=case is not None and may(Action.REOPEN, case.state),
        )
    )


def _named(office: Office, key: object) -> str:
    """The person's title within a sentence; «коллега» if they are no longer in the file; "" without a key."""
    person = office.people.get(str(key))
    return (as_post(person.name) if person is not None else "коллега") if key else ""


def _few_departments(office: Office, keys: Sequence[object]) -> str:
    """The departments' names; only how many they are if the names would leave no room for the rest of the refusal."""
    names = departments_named(office, keys)
    return names if units(names) <= NAMES else count(len(keys), "отдел|отдела|отделов")


def _few_numbers(numbers: Sequence[object]) -> str:
    """At most `NUMBERS` case numbers: «№ 18, № 19 и ещё 4»."""
    named = ", ".join(f"№ {number}" for number in numbers[:NUMBERS])
    return f"{named} и ещё {len(numbers) - NUMBERS}" if len(numbers) > NUMBERS else named


def _other_kinds(texts: Texts, office: Office) -> str:
    """The regulation's kinds of answer other than the final one: «промежуточный ответ, вопрос жителю»."""
    others = [kind for kind in office.regulation.draft_kinds if kind is not DraftKind.FINAL]
    return ", ".join(texts.plain(f"drafts_posted.{kind}") for kind in others)


def confirmation(
    texts: Texts, action: Action, case: Case, office: Office, now: datetime, details: Mapping[str, str] = NO_DETAILS
) -> str:
    """Return the confirmation that the action was done, and the next step; at most 200 UTF-16 units. `case`: as it is
    afterwards; `details`: those of the journal entry."""
    words = CaseWords(texts, case, office, now)
    department, lead = details.get("department", ""), words.last_lead
    is_part = bool(department) and lead is not None and lead.department != department
    return short(
        texts.plain(
            f"confirmations.{action}",
            c=words,
            version=details.get("version") or words.version,
            of=details.get("of", ""),
            reason=excerpt(one_line(details.get("reason", "")), 80),
            remark=excerpt(one_line(details.get("remark", "")), 80),
            is_part=is_part,
            contribution_due=words.contribution_due(department) if is_part else "",
            draft_due=words.due_words(Step.DRAFT),
            approval_due=words.due_words(Step.APPROVAL),
            rework_due=words.due_words(Step.REWORK),
            forward_due=words.due_words(Step.FORWARD),
            to_curator=office.regulation.contributions_to is Holder.CURATOR,
            own_term=_own_term(words),
            sending=sending(words) if action is Action.APPROVE else "",
            blanks=_blanks(case),
        )
    )


def undoable(
    texts: Texts, case: Case, line: int, action: Action, details: Mapping[str, str], office: Office, now: datetime
) -> Screen:
    """Return the confirmation of the act in journal entry number `line`, with «Отменить» as long as it can be taken
    back; if it was, that it was."""
    if line in case.taken_back:
        return Screen(str(texts.phrase("undoable.taken_back", c=CaseWords(texts, case, office, now))))
    text = texts.phrase("say_plain.text", text=confirmation(texts, action, case, office, now, details))
    stands = case.former is not None and case.former.line == line and now < case.former.until
    button = Button(texts.plain("buttons.undo"), Callback(Verb.TAKE_BACK, case.id, str(line)).pack(), style="danger")
    return Screen(str(text), ((button,),) if stands else ())


def _blanks(case: Case) -> str:
    """The blanks left in the answer that the department took as its basis: «{срок}, {кто}»; "" if none."""
    basis = case.lead.basis if case.lead is not None else None
    return ", ".join(blanks(basis.text)) if basis is not None else ""


def _own_term(words: CaseWords) -> str:
    """The due moment that the curator named last, in words; "" if none was named."""
    named = [h.due for h in words.case.history if h.event in (Event.TERM_SET, Event.FINAL_NAMED) and h.due is not None]
    return words.when.until(named[-1]) if named else ""


# --- sayings ---------------------------------------------------------------------------------------------------------


def say(texts: Texts, key: str, facts: Mapping[str, Any], office: Office, now: datetime) -> Screen:
    """Return the message with the words of `key`. `facts` are plain data, including the `roles` of the person it goes
    to."""
    roles = [str(role) for role in facts.get("roles", ())]
    match key:
        case "plain":
            return Screen(str(texts.phrase("say_plain.text", text=str(facts["text"]))))
        case "help":
            return Screen(str(help_for(texts, office, roles)))
        case "welcome_bound":
            return Screen(str(_welcome(texts, office, facts, roles)), _to_practise(texts, office, facts))
        case "gap":
            return Screen(str(_gap(texts, office, facts, now)))
        case "page_link":
            return page_link(texts, facts)
        case "moved_house":
            where = (
                link(str(facts["link"]), str(facts["messenger"])) if facts.get("link") else escape(facts["messenger"])
            )
            return Screen(str(texts.phrase("say.moved_house", where=where)))
        case "parked":
            return Screen(str(_parked(texts, facts, office, now)))
        case "files_broken":
            return Screen(str(_broken(texts, facts)))
        case "read_back":
            return Screen(str(_read_back(texts, facts, office, now)))
        case "trouble":
            return Screen(str(_trouble(texts, str(facts["name"]), over=bool(facts["over"]))))
        case "files_missing":
            return Screen(str(_files_missing(texts, facts)))
        case "citizen_formal":
            where, notice = (escape(str(facts.get(name, ""))) for name in ("where", "notice"))
            return Screen(str(texts.phrase("say.citizen_formal", where=where, notice=notice)))
        case "citizen_received":
            return Screen(str(texts.phrase("say.citizen_received", notice=escape(str(facts.get("notice", ""))))))
        case _:
            values = {"number": "", "command": "", "title": office.name, **facts}
            known = {name: "" if value is None else value for name, value in values.items()}
            return Screen(str(texts.phrase(f"say.{key}", **known)))


def _trouble(texts: Texts, name: str, *, over: bool) -> Markup:
    """Return the notice that a trouble of the bot began or (`over`) ended. `name`: the trouble's name, which names a
    silent network."""
    _, silent, of = name.rpartition("silent:")
    network = _source(texts, of.removeprefix(NETWORK)) if of.startswith(NETWORK) else ""
    if silent:
        key = "silent_network" if network else {"intake": "silent_intake"}.get(of, "silent_loop")
    else:
        key = of if of in ("group_outside", "group_not_admin") else "network"
    if over:
        return texts.phrase(f"trouble_over.{key}", network=network)
    return texts.phrase(f"trouble.{key}", network=network)


def _read_back(texts: Texts, facts: Mapping[str, Any], office: Office, now: datetime) -> Markup:
    """Return a message about a gap of a network: what was read back, and a line for each kind of message that could not
    be."""
    when, network = When(now, office.zone), _source(texts, str(facts["network"]))
    since, until = (when.long(datetime.fromisoformat(str(facts[name]))) for name in ("since", "until"))
    lines = [texts.phrase("read_back.heading", network=network, since=since, until=until, n=int(facts["found"]))]
    lines += [texts.phrase(f"read_back.{kind}", days=int(facts["days"])) for kind in facts["unread"]]
    return Markup("\n").join(lines)


def _broken(texts: Texts, facts: Mapping[str, Any]) -> Markup:
    """Return the mistakes found in the configuration files, a line each."""
    lines = [texts.phrase("files_broken.text")]
    lines += [texts.phrase("files_broken.line", problem=excerpt(str(one), 300)) for one in facts["problems"]]
    if more := int(facts["more"]):
        lines.append(texts.phrase("files_broken.more", more=more))
    return Markup("\n").join([*lines, texts.phrase("files_broken.rest")])


def _parked(texts: Texts, facts: Mapping[str, Any], office: Office, now: datetime) -> Markup:
    """Return the parked updates (set aside because handling them failed): a line for each of the newest and the number
    of the others, without anybody's words."""
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
    """Return the files that did not arrive, a line for each reason with what to do, and what became of the rest of the
    message."""
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
        can=can(texts, office, roles),
    )


def _to_practise(texts: Texts, office: Office, facts: Mapping[str, Any]) -> Buttons:
    """The button for a practice message under an executor's first greeting; () for anybody else."""
    person = office.people.get(str(facts.get("person", "")))
    if person is None or Role.EXECUTOR not in person.roles:
        return ()
    return ((Button(texts.plain("buttons.practise"), Callback(Verb.PRACTICE, 0).pack()),),)


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
        read_back=bool(facts.get("read_back")),
    )


# --- lists -----------------------------------------------------------------------------------------------------------


def case_lines(texts: Texts, cases: Sequence[Case], office: Office, now: datetime) -> list[Markup]:
    """Return one line for each case with its nearest due moment, the earliest first."""
    lines = sorted((_listed(texts, case, office, now) for case in cases), key=lambda line: line[0])
    return [line for _, line in lines]


def _listed(texts: Texts, case: Case, office: Office, now: datetime) -> tuple[tuple[datetime, int], Markup]:
    words = CaseWords(texts, case, office, now)
    running = [(deadline.until, step) for step, deadline in words.running.items() if deadline.kind is Kind.DUTY]
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


def page_link(texts: Texts, facts: Mapping[str, Any]) -> Screen:
    """Return a message with a button that opens the board (web page), or with the address to copy if the messenger
    refuses such a button (`as_button` is false)."""
    url, as_button = str(facts["url"]), bool(facts["as_button"])
    address = Markup() if as_button else Markup("<code>{}</code>").format(url)
    row = (Button(texts.plain("buttons.open_page"), url=url),)
    return Screen(str(texts.phrase("say.page_link", address=address)), (row,) if as_button else ())


def case_buttons(texts: Texts, case: Case, office: Office, whole: bool) -> Buttons:
    """Return the buttons under /case in private: the case's file (only if `whole`: the reader may read everything), the
    terms, the original message."""
    row = [Button(texts.plain("buttons.file"), Callback(Verb.FILE, case.id).pack())] if whole else []
    if office.regulation.steps:
        row.append(Button(texts.plain("buttons.why"), Callback(Verb.WHY, case.id).pack()))
    if is_web(case.appeal.link):
        row.append(Button(texts.plain("buttons.open"), url=case.appeal.link))
    return (tuple(row),) if row else ()
