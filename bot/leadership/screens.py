"""Word what the leadership asks for in a chat: paged lists, figures, a case's file, the memo. Pure.

What a list's message shows is stored with it as one line, `page|people|words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import is_web, missing_words
from bot.cases.screens.history import history_lines
from bot.cases.screens.lost import Lost, lost_lines
from bot.cases.screens.sayings import case_lines
from bot.messenger import Button, Buttons, Screen
from config.russian.words import When, as_post, clean, count, excerpt, one_line, to_post
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from reports.case_file import Block, Column
from workflow.case import Case
from workflow.office import Office
from workflow.photos import photos_of
from workflow.regulation import Step
from workflow.terms.alarms import terms_of

PAGE, FOUND = 10, 8
"""How many cases a page of a list has (PAGE), and a page of search results (FOUND)."""
IN_A_ROW = 5
WORDS = 100
NOTHING = {"open": "nothing_open", "mine": "nothing_mine", "overdue": "nothing_overdue", "find": "nothing_find"}
HEADINGS = {"report": "figures.report", "stats": "figures.stats"}
HOW = {"report": "how_report", "stats": "how_stats", "violations": "how_violations"}
"""For each command, the key of the answer if the period is not understood."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What page of a list a message shows: its number, whose list it is (keys of people), and the words searched for."""

    number: int
    people: tuple[str, ...]
    words: str = ""

    def __str__(self) -> str:
        return f"{self.number}|{','.join(self.people)}|{self.words}"[:255]

    @classmethod
    def parse(cls, text: str) -> Leaf:
        number, _, rest = text.partition("|")
        people, _, words = rest.partition("|")
        page = int(number) if number.isdecimal() and len(number) < 10 else 1
        return cls(max(1, page), tuple(key for key in people.split(",") if key), words)


def per_page(which: str) -> int:
    return FOUND if which == "find" else PAGE


def leaf(
    texts: Texts,
    which: str,
    cases: Sequence[Case],
    at: Leaf,
    total: int,
    office: Office,
    now: datetime,
    *,
    older_left_out: bool = False,
    lost: Sequence[Lost] = (),
    below: bool = False,
) -> Screen:
    """Return one page of /open, /mine, /overdue or /find: a line and a button for each case, buttons to the other
    pages, and the letters that were given up (`lost`). `below`: this is /mine of a superior, with cases that wait for
    others."""
    undelivered = lost_lines(texts, lost, office, now)
    if not cases:
        nothing = texts.phrase("list_heading.nothing_below" if below else f"say.{NOTHING[which]}")
        return Screen("\n".join(map(str, [nothing, *undelivered])))
    if which == "find":
        lines = [_found(texts, case, office, now) for case in cases]
    else:
        lines = [case_lines(texts, [case], office, now)[0] for case in cases]
    kind = "latest" if older_left_out else "below" if below else which
    heading = texts.phrase(f"list_heading.{kind}", n=total)
    last = -(-total // per_page(which))
    if last > 1:
        heading += texts.phrase("list_heading.leaf", number=at.number, last=last)
    text = texts.html("case_list", heading=heading, lines=[*lines, *undelivered], more=0)
    return Screen(str(text), (*_cases(texts, cases), *_turning(texts, at.number, last)))


def _found(texts: Texts, case: Case, office: Office, now: datetime) -> Markup:
    words = CaseWords(texts, case, office, now)
    return texts.phrase(
        "list_line.found",
        c=words,
        about=excerpt(words.about, 70),
        text=excerpt(one_line(case.appeal.text), 90),
        date=words.when.date(case.detected),
    )


def _cases(texts: Texts, cases: Sequence[Case]) -> Buttons:
    buttons = [
        Button(texts.plain("buttons.case_number", number=str(case.number)), Callback(Verb.CASE, case.id).pack())
        for case in cases
    ]
    return tuple(tuple(buttons[i : i + IN_A_ROW]) for i in range(0, len(buttons), IN_A_ROW))


def _turning(texts: Texts, number: int, last: int) -> Buttons:
    row = []
    if number > 1:
        row.append(Button(texts.plain("buttons.earlier"), Callback(Verb.LEAF, 0, str(number - 1)).pack()))
    if number < last:
        row.append(Button(texts.plain("buttons.further"), Callback(Verb.LEAF, 0, str(number + 1)).pack()))
    return (tuple(row),) if row else ()


def figures(texts: Texts, heading: str, numbers: Mapping[str, Any], missing: Sequence[str] = ()) -> Screen:
    """Return the figures of a period in words; `missing`: what could not be made, and why."""
    said = texts.phrase(HEADINGS[heading], **numbers)
    pages_heading = texts.phrase("figures.pages")
    moderated = numbers["moderation"]
    own = {
        "pages_heading": pages_heading,
        "moderation_line": texts.phrase("figures.moderation", **moderated) if moderated else "",
    }
    return Screen(str(texts.html("figures", heading=said, missing=missing, **own, **numbers)))


def nothing_that_month(texts: Texts, period: str, others: Mapping[str, str]) -> Screen:
    """Return one line instead of a report, with buttons for other months. `others`: months that have cases, each with
    its button's caption."""
    row = tuple(Button(caption, Callback(Verb.REPORT, 0, month).pack()) for month, caption in others.items())
    return Screen(str(texts.phrase("figures.nothing", period=period, others=bool(others))), (row,) if row else ())


def page_line(texts: Texts, values: Mapping[str, Any]) -> Markup:
    """The publications of an official page in the month, in one line."""
    return texts.phrase("figures.page", **values)


def department_line(texts: Texts, values: Mapping[str, Any]) -> Markup:
    """The figures of a department in the period, in one line."""
    return texts.phrase("figures.department", **values)


# --- documents about one case ------------------------------------------------------------------------------------------


def exact(when: When, at: datetime) -> str:
    """The day and time in words, without «сегодня»: «12 января, 9:05», since a document is read on another day."""
    return f"{when.date(at)}, {when.clock(at)}"


def file_blocks(
    texts: Texts,
    case: Case,
    entries: Sequence[Mapping[str, Any]],
    office: Office,
    now: datetime,
    path: Callable[[str], Path] | None = None,
) -> list[Block]:
    """Return the whole case for a document: the message, the photos before and after, every version of the draft,
    terms, journal; what citizens wrote is not shortened. `path`: where a stored file is; without it no pictures are
    shown."""
    words = CaseWords(texts, case, office, now)
    when = When(now, office.zone)
    blocks = [Block("title", texts.plain("case_file.title", c=words, office=office.name))]
    blocks += [Block("line", line) for line in _facts(texts, words, when)]
    blocks.append(Block("heading", texts.plain("case_file.message")))
    blocks.append(Block("quote", clean(case.appeal.text) or texts.plain("case_file.no_text")))
    blocks += [Block("quote", clean(reply.text)) for reply in (*case.rewritten, *case.replies)]
    blocks += _photos(texts, case, path)
    for draft in case.drafts:
        kind = texts.plain(f"drafts.{draft.kind}")
        at, by = exact(when, draft.at), words.person(draft.by)
        heading = texts.plain("case_file.version", version=draft.version, kind=kind, at=at, by=by)
        blocks += [Block("heading", heading), Block("quote", clean(draft.text))]
        if draft.missing:
            blocks.append(Block("line", texts.plain("case_file.missing", files=missing_words(texts, draft.missing))))
        if draft.remark:
            blocks.append(Block("line", texts.plain("case_file.remark", remark=escape(clean(draft.remark)))))
    blocks += _contributions(texts, words, when)
    if case.postings:
        blocks.append(Block("heading", texts.plain("case_file.postings")))
        blocks += [
            Block(
                "line", texts.plain("case_file.posting", version=p.version, at=exact(when, p.at), link=escape(p.link))
            )
            for p in case.postings
        ]
    terms = terms_of(case, office)
    if terms:
        blocks.append(Block("heading", texts.plain("case_file.terms")))
    blocks += [
        Block(
            "line",
            texts.plain(
                "case_file.term",
                step=texts.plain(f"steps.{step}"),
                due=exact(when, run.due_at),
                met=exact(when, run.met_at) if run.met_at else "",
                clause=run.clause,
            ),
        )
        for step, run in terms.items()
    ]
    blocks.append(Block("heading", texts.plain("case_file.journal")))
    return blocks + [Block("line", line.striptags()) for line in history_lines(texts, case, entries, office, now)]


def _contributions(texts: Texts, words: CaseWords, when: When) -> list[Block]:
    blocks: list[Block] = []
    for given in words.case.contributions:
        department = words.department_name(given.department)
        heading = texts.plain("case_file.contribution", department=department, at=exact(when, given.at))
        blocks += [Block("heading", heading), Block("quote", clean(given.text))]
        if given.missing:
            blocks.append(Block("line", texts.plain("case_file.missing", files=missing_words(texts, given.missing))))
        if given.remark:
            blocks.append(Block("line", texts.plain("case_file.remark", remark=escape(clean(given.remark)))))
    return blocks


def _photos(texts: Texts, case: Case, path: Callable[[str], Path] | None) -> list[Block]:
    """The author's photos and those of the result, beside each other; [] if the author sent none."""
    photos = photos_of(case)
    if not photos.were:
        return []
    kept = tuple(path(file.key) for file in photos.before) if path is not None else ()
    made = tuple(path(file.key) for file in photos.after) if path is not None else ()
    none = (texts.plain("case_file.no_photo"),) if not photos.after else ()
    before = Column(texts.plain("case_file.before"), kept, photos.links)
    after = Column(texts.plain("case_file.after"), made, none)
    return [Block("heading", texts.plain("case_file.photos")), Block("beside", "", (before, after))]


def _facts(texts: Texts, words: CaseWords, when: When) -> list[str]:
    case = words.case
    known = {
        "state": words.state_words,
        "topic": words.topic,
        "place": words.location,
        "source": words.source,
        "author": words.author,
        "written": exact(when, case.appeal.written_at),
        "detected": exact(when, case.detected),
        "link": case.appeal.link if is_web(case.appeal.link) else "",
        "department": words.department,
        "files": words.files,
        "missing": words.missing,
        "beside": "; ".join(line.striptags() for line in words.beside),
    }
    return [texts.plain(f"case_fact.{key}", value=escape(value)) for key, value in known.items() if value]


def memo_values(texts: Texts, case: Case, messages: int, office: Office, now: datetime) -> dict[str, str]:
    """Return the values that the memo's template may name (KU-23), all of them strings."""
    words = CaseWords(texts, case, office, now)
    when = When(now, office.zone)
    signer = office.people.get(office.supervisor or "")
    head = office.people.get(office.head or "")
    due = words.running.get(Step.ANSWER)
    return {
        "municipality": office.name,
        "municipality_of": office.name_of or office.name,
        "date": f"{now.astimezone(office.zone):%d.%m.%Y}",
        "to": to_post(head.name) if head is not None else "",
        "signer": signer.name if signer is not None else "",
        "number": str(case.number),
        "text": clean(case.appeal.text),
        "author": words.author,
        "source": words.source,
        "link": case.appeal.link if is_web(case.appeal.link) else "",
        "written": exact(when, case.appeal.written_at),
        "topic": words.topic,
        "place": words.location,
        "count": count(messages, "сообщение|сообщения|сообщений"),
        "department": words.department,
        "doing": words.state_words,
        "term": exact(when, due.due_at) if due is not None else "",
    }


def file_words(texts: Texts, number: int) -> tuple[str, Screen]:
    """Return the file name for a case's file, and the message sent with it."""
    said = texts.phrase("case_file.sent", number=number)
    return texts.plain("case_file.name", number=number), Screen(str(said))


def memo_words(texts: Texts, number: int, signs: bool, signer: str) -> tuple[str, Screen]:
    """Return the file name for a memo, and the message sent with it: to the person who signs it (`signs`), or to a
    curator, who only gets to know it."""
    said = texts.phrase("memo.sent", number=number, signs=signs, signer=as_post(signer))
    return texts.plain("memo.name", number=number), Screen(str(said))


def memo_broken(texts: Texts, number: int, why: str) -> Screen:
    """Say why the memo could not be made from the office's own template."""
    return Screen(str(texts.phrase("memo.broken", number=number, why=why)))
