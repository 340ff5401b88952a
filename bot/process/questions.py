"""Renders the questions that the bot asks a person. Pure: a question and its stored body in, a screen out.

`handlers` write the body of each kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.cases.screens.buttons import CaseButtons
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import draft_hint_lines, is_rude
from bot.found import import_screens
from bot.messenger import Button, Buttons, Screen
from bot.official.material import screens as material
from bot.official.pages import screens as pages
from bot.people import absence_screens as absences
from config.draft_hints import of_draft
from config.russian.words import When, as_post, excerpt, one_line
from config.texts import Texts
from handlers import practice
from handlers.asked import CASE, NEW, WHICH, WORDING
from handlers.callbacks import Callback, Verb
from workflow.basis import blanks
from workflow.case import Case
from workflow.changes.taking_back import may_be_taken_back
from workflow.office import Office
from workflow.ports import Question

KINDS = (
    "return_reason",
    "remark",
    "part_remark",
    "link",
    "confirm_draft",
    "text_for_files",
    "close_reason",
    "working_group",
    "bind",
    "new_case",
    "import_sheet",
    "which_case",
    "which_answer",
    "why_early",
    "draft_again",
    "hinted_draft",
    "own_term",
    "annul_reason",
    "shortcoming",
    "author_said",
    "merge_into",
    "location",
    "ours_posted",
    "absent_who",
    "absent_days",
    "absent_sub",
    "snooze",
    "to_head",
    "forward_guessed",
    "give_up",
    "page_address",
    "page_whose",
    "page_unit",
    "page_item",
    "page_decline",
    "page_published",
    "material_text",
    "material_edit",
    "material_remarks",
    "material_time",
    "material_link",
    "practice",
    "practice_answer",
)
TYPED = frozenset({
    "return_reason", "remark", "part_remark", "link", "text_for_files", "why_early", "own_term", "author_said",
    "merge_into", "location", "snooze", "annul_reason", "shortcoming", "practice_answer",
})  # fmt: skip
"""The kinds of question answered by typing; their buttons, if any, are a shortcut."""
ABOUT_A_TEXT = frozenset({"confirm_draft", "hinted_draft"})

NO_REASON = "none"
"""The callback data of the button «Без причины», in place of the index of a listed reason."""


def question(texts: Texts, asked: Question, case: Case | None, office: Office, now: datetime) -> Screen:
    """Render the question with its buttons, in the words of its kind. `case`: the case it is about, or None."""
    if asked.kind in absences.QUESTIONS:
        return absences.question(texts, asked, office, now)
    if asked.kind in pages.QUESTIONS:
        return pages.question(texts, asked, office)
    if asked.kind in material.QUESTIONS:
        return material.question(texts, asked)
    if asked.kind == "import_sheet":
        return import_screens.question(texts, asked)
    kind, body = asked.kind, asked.body
    words = CaseWords(texts, case, office, now) if case else None
    person = office.people.get(str(body.get("person", "")))
    text = texts.phrase(
        f"questions.{kind}",
        c=words,
        reasons=office.regulation.reasons_to_return,
        version=body.get("version", words.version if words else ""),
        text=excerpt(one_line(str(body.get("text", ""))), 200).rstrip("."),
        final=bool(body.get("final")),
        due=When(now, office.zone).until(datetime.fromisoformat(str(body["due"]))) if body.get("due") else "",
        departments=", ".join(
            office.departments[key].name for key in body.get("departments", ()) if key in office.departments
        ),
        n=len(body.get("rows", ())),
        lines=_lines(texts, asked, case, office, now),
        admin=bool(body.get("admin")),
        can_undo=case is not None and may_be_taken_back(case, office),
        is_what=_answer_words(texts, body) if kind == WHICH else "",
        new=bool(body.get("new")),
        wording=body.get("wording", 0),
        drafts=bool(body.get("cases")),
        name=as_post(person.name) if person else str(body.get("person", "")),
        office=office.name,
    )
    return Screen(str(text), _buttons(texts, asked, case, office), asks=kind in TYPED)


def _lines(texts: Texts, asked: Question, case: Case | None, office: Office, now: datetime) -> Sequence[str]:
    """The lines listed in a question; in one about a draft, the hints of what the draft lacks."""
    if asked.kind not in ABOUT_A_TEXT or case is None:
        return [str(line) for line in asked.body.get("lines", ())]
    today, text = now.astimezone(office.zone).date(), str(asked.body.get("text", ""))
    left = [texts.phrase("bases.blank", blanks=", ".join(blanks(text)))] if blanks(text) else []
    return [*left, *draft_hint_lines(texts, of_draft(case, text, office.regulation, today))]


def _buttons(texts: Texts, asked: Question, case: Case | None, office: Office) -> Buttons:
    def one(key: str, verb: Verb, style: str | None = None) -> Button:
        return Button(texts.plain(f"buttons.{key}"), Callback(verb, asked.id).pack(), style=style)

    match asked.kind:
        case "return_reason":
            return _return_reasons(texts, asked.id, office)
        case "confirm_draft":
            return ((one("yes_answer", Verb.YES, style="success"),), (one("no_message", Verb.NO),))
        case "close_reason" if case is not None:
            return CaseButtons(texts, case, office).offer("close")[:-1]
        case "working_group":
            return ((one("make_group", Verb.GROUP_YES, style="success"),),)
        case "bind":
            return ((one("yes_me", Verb.BIND_YES, style="success"), one("not_me", Verb.BIND_NO)),)
        case "new_case":
            return ((one("yes_case", Verb.NEW_CASE_YES, style="success"), one("no_case", Verb.NO)),)
        case "why_early":
            return ((one("not_early", Verb.NO),),)
        case "hinted_draft":
            return ((one("as_it_is", Verb.YES, style="success"), one("better", Verb.NO)),)
        case "draft_again":
            return ((one("send_kept", Verb.YES, style="success"), one("do_not_send", Verb.NO)),)
        case "shortcoming":
            return ((one("not_later", Verb.NO),),)
        case "practice":
            back = Callback(Verb.RETURN_REASON, asked.id, practice.RETURNED).pack()
            return ((one("accept", Verb.YES, style="success"), Button(texts.plain("buttons.return"), back)),)
        case "practice_answer":
            return ((one("end_practice", Verb.NO),),)
        case "to_head":
            return ((one("tell_head", Verb.YES, style="success"), one("do_not_tell", Verb.NO)),)
        case "forward_guessed":
            return ((one("forward_these", Verb.YES, style="success"), one("do_not_forward", Verb.NO)),)
        case "give_up":
            return ((one("give_up", Verb.YES, style="danger"), one("keep_promise", Verb.NO)),)
        case "ours_posted":
            return ((one("yes_posted", Verb.YES, style="success"), one("not_posted", Verb.NO)),)
        case "annul_reason":
            listed = enumerate(asked.body.get("choices", ()))
            reasons = ((_choice(str(words), asked.id, index),) for index, words in listed)
            return (*reasons, (one("not_annulled", Verb.NO),))
        case "snooze":
            return (
                *((one_of(texts, asked.id, choice),) for choice in asked.body.get("choices", ())),
                (one("not_later", Verb.NO),),
            )
        case "which_answer":
            return _readings(texts, asked)
        case "which_case":
            return (*_cases(texts, asked.id, asked.body), (one("none_of_these", Verb.NO),))
        case _:
            return ()


def one_of(texts: Texts, asked: int, choice: str) -> Button:
    """A button that postpones a reminder to one of the offered moments ("30m", "2h", "morning")."""
    captions = {"30m": "buttons.later_30m", "2h": "buttons.later_2h", "morning": "buttons.later_morning"}
    return Button(texts.plain(captions[choice]), Callback(Verb.RETURN_REASON, asked, choice).pack())


def _choice(words: str, asked: int, index: int) -> Button:
    """A button with one of the listed answers; the person may also type another answer."""
    return Button(excerpt(words, 60), Callback(Verb.RETURN_REASON, asked, str(index)).pack())


def _return_reasons(texts: Texts, asked: int, office: Office) -> Buttons:
    rows = [(_choice(reason, asked, index),) for index, reason in enumerate(office.regulation.reasons_to_return)]
    if not office.regulation.return_reason_required:
        rows.append((Button(texts.plain("buttons.no_reason"), Callback(Verb.RETURN_REASON, asked, NO_REASON).pack()),))
    rows.append((Button(texts.plain("buttons.keep"), Callback(Verb.NO, asked).pack()),))
    return tuple(rows)


def _answer_words(texts: Texts, body: Mapping[str, Any]) -> str:
    """What the person's stored message would be as an answer to the question, in words: «замечание по № 3»."""
    return texts.plain(f"question_answers.{body['asked']}", number=body["about"])


def _readings(texts: Texts, asked: Question) -> Buttons:
    """The buttons of the question what a person's stored message is: one for each possible meaning."""
    body = asked.body
    words = _answer_words(texts, body)
    rows: list[tuple[Button, ...]] = [
        (Button(words[:1].upper() + words[1:], Callback(Verb.YES, asked.id, str(body["of"])).pack()),)
    ]
    if body.get("new"):
        rows.append((Button(texts.plain("buttons.new_message"), Callback(Verb.YES, asked.id, NEW).pack()),))
    if body.get("wording"):
        rows.append((Button(texts.plain("buttons.new_wording"), Callback(Verb.YES, asked.id, WORDING).pack()),))
    rows += _cases(texts, asked.id, body, CASE)
    return (*rows, (Button(texts.plain("buttons.nothing_of_it"), Callback(Verb.NO, asked.id).pack()),))


def _cases(texts: Texts, asked: int, body: Mapping[str, Any], prefix: str = "") -> Buttons:
    """A button for each open case the person's text may be about: «К № 17 · Третий день нет…»."""
    rows: list[tuple[Button, ...]] = []
    for one in body.get("cases", ()):
        about = excerpt(one_line(str(one.get("about", ""))), 40)
        about = "" if is_rude(about) else about
        caption = texts.plain("buttons.this_case", number=str(one["number"]), about=about)
        rows.append((Button(caption, Callback(Verb.YES, asked, f"{prefix}{one['id']}").pack()),))
    return tuple(rows)
