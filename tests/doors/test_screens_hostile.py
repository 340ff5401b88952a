"""Whatever strangers write, screens show it as it is, call nobody, fit, and are taken by the messenger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.cases.screens import cards, drafts, history, sayings
from bot.cases.screens import why as terms
from bot.cases.screens.common import is_web
from bot.messenger import Button, Screen
from bot.notices.news import News
from bot.process import questions, saying
from config.russian.words import JOINER, clean, units
from handlers.callbacks import LIMIT, Callback
from handlers.door import COMMANDS
from sandbox.messenger.detect import find_entities
from sandbox.telegram.markup import parse_html
from sandbox.telegram.model import Entity
from tests.doors.screens_office import (
    PHOTOS,
    TEXTS,
    after,
    appeal,
    at,
    detected,
    many_departments,
    notice,
    together,
    town,
)
from tests.rules.offices import CURATOR, ROADS, ZHKH
from workflow.case import Case, FileRef, Other
from workflow.commands import (
    Accept,
    Approve,
    AuthorReplied,
    Contribute,
    Correct,
    Forward,
    Merge,
    NotProcess,
    Posted,
    PostFailed,
    Release,
    Return,
    SendBack,
    SubmitDraft,
)
from workflow.effects import Notice
from workflow.office import CLOCK, NETWORK, Department, Office, Person, Topic
from workflow.ports import Question
from workflow.reasons import explains
from workflow.regulation import DraftKind, Step

HOSTILE = {
    "a heart": "Спасибо <3",
    "tags": "<b>жирно</b> <a href='tg://user?id=5'>глава</a> </blockquote>",
    "entities": "&lt;b&gt; &amp; &#64;head & конец",
    "mentions": "@head пусть ответит, @dezhurny_bot",
    "commands": "/absent /start@dezhurny_bot",
    "domains": "смотрите vk.com/wall1, курск.рф и http://ab.12",
    "tags of subjects": "#вода $USD a@b.ru tg://user?id=1",
    "vk markup": "[id1|Глава] [club1|x] *id1 (x)",
    "emoji": "👨‍👩‍👧‍👦🇷🇺👍🏽 1️⃣" * 40,
    "long": "Вода. " * 1700,
    "long without blanks": "жу" * 5_000,
    "long and dotted": "а.б" * 1300,
    "long and emoji": "😀" * 5000,
    "lines": "а\n" * 5000,
    "right to left": "\u202eтут написано наоборот\u202c \u2067שלום\u2069",
    "zalgo": "".join(letter + "\u0335\u0336\u0337\u0338\u0330\u0331\u0332" for letter in "вода где" * 40),
    "nulls": "во\x00да\x00\x1b[31m \ud83d",
    "jinja": "{{ 7 * 7 }} {% raw %} {{ c.case }}",
    "empty": "",
    "blank": "\u200b \u2800",
}
LONG_TO_TRY = {"emoji", "long and dotted", "long and emoji", "lines", "zalgo"}
STRANGE = [
    pytest.param(text, id=name, marks=[pytest.mark.prove] if name in LONG_TO_TRY else [])
    for name, text in HOSTILE.items()
]
OURS = {"text_link", "text_mention", "blockquote", "italic", "bold"}
MESSAGE = 4096


def hostile_case(text: str) -> Case:
    found = appeal(
        text=text,
        author=text,
        place=text,
        attached=((text[:20], "https://a.example"),),
        files=(FileRef("k", "document", text, 1),),
    )
    return detected(found, location=text, topics=(text[:64],), suggested_by=(text, text))


def hostile_office(text: str) -> Office:
    """Names in the file are the office's own, but nobody promises that they are short or plain."""
    name = (clean(text) or "Отдел")[:120]
    departments = {key: Department(key, name) for key in town().departments}
    people = {key: Person(key, name, person.roles, person.department) for key, person in town().people.items()}
    return replace(town(), departments=departments, people=people, topics={"voda": Topic("voda", name)})


def screens_of(text: str, office: Office) -> Iterator[Screen]:
    """Every screen that can show what the citizen, an executor or a profile wrote."""
    now = at(11, 50)
    said = text if explains(clean(text)) else f"{text} слово"
    new = hostile_case(text)
    out = after(new, Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    back = after(out, Return(ZHKH, 147, said), at(9, 40))
    first = after(after(out, Accept(ZHKH, 147), at(9, 30)), SubmitDraft(ZHKH, 147, said, PHOTOS), at(11))
    reworked = after(first, SendBack(CURATOR, 147, 1, said), at(11, 10))
    second = after(reworked, SubmitDraft(ZHKH, 147, said + " и ещё", ()), at(11, 20))
    corrected = after(second, Correct(CURATOR, 147, 2, "Иначе. " + said), at(11, 30))
    sent = after(after(corrected, Approve(CURATOR, 147, 3), at(11, 40)), Release(CLOCK, 147, 3), at(11, 41))
    failed = after(sent, PostFailed(NETWORK, 147, said), at(11, 42))
    closed = after(sent, Posted(NETWORK, 147, f"https://vk.com/?{said}"), at(11, 45))
    for case in (new, out, back, first, reworked, second, corrected, sent, failed, closed):
        yield cards.card(TEXTS, case, office, now)
        yield cards.offer(TEXTS, case, office, now)
        for draft in case.drafts:
            yield drafts.head(TEXTS, case, draft.version, office, now, problems=(said,))
        entries = [
            {
                "action": action,
                "at": now,
                "who": text[:60],
                "on_behalf": None,
                "details": {"reason": said, "remark": said, "to": text[:60]},
            }
            for action in ("return", "send_back", "forward", "not_process", "post_failed", text[:60])
        ]
        yield history.case_history(TEXTS, case, entries, office, now)
        yield terms.why(TEXTS, case, office, now)
    for menu in ("departments", "topics", "close", text):
        yield cards.offer(TEXTS, new, office, now, menu)
    for case in (back, reworked, failed, closed):
        for kind in Notice:
            for in_group, people in ((False, ()), (True, ((5, text),))):
                yield notice(kind, case, office, now, "zhkh", Step.DRAFT, text, in_group, people)
                yield together(kind, [(case, Step.DRAFT, "zhkh")] * 3, office, now, in_group, people)
    yield from screens_of_others(text, said, office)
    yield Screen("\n".join(sayings.case_lines(TEXTS, [new, out, back, first] * 2, office, now)))
    body = {
        "text": text,
        "person": text,
        "version": 2,
        "cases": [{"id": 1, "number": 2, "about": text}],
        "departments": [text, "zhkh", "roads"],
    }
    for kind in KINDS:
        yield questions.question(TEXTS, Question(1, 2, kind, 147, None, None, body, now), out, office, now)
    for key in ("plain", "unknown_command", "command_is_not_yours"):
        yield saying.say(TEXTS, key, {"text": said[:200], "command": said[:60]}, office, now)


KINDS = (
    "return_reason",
    "remark",
    "confirm_draft",
    "bind",
    "new_case",
    "which_case",
    "working_group",
    "why_early",
    "own_term",
    "author_said",
    "merge_into",
    "location",
)


def screens_of_others(text: str, said: str, office: Office) -> Iterator[Screen]:
    """What co-executors and the author say, what an earlier message was answered, what is not processed."""
    now, alike = at(11, 50), (Other(12, 12), Other(13, 13))
    new = replace(hostile_case(text), alike=alike)
    shared = after(new, Forward(CURATOR, 147, ("zhkh", "roads", "school")), at(9, 20))
    given = after(shared, Contribute(ROADS, 147, said), at(9, 50))
    told = after(given, AuthorReplied(NETWORK, 147, text), at(10))
    early = after(told, SubmitDraft(ZHKH, 147, said, kind=DraftKind.INTERIM, early=said), at(11))
    sent = after(after(early, Approve(CURATOR, 147, 1), at(11, 10)), Release(CLOCK, 147, 1), at(11, 11))
    interim = after(sent, Posted(NETWORK, 147, f"https://vk.com/?{said}"), at(11, 12))
    under = after(shared, Merge(CURATOR, 147, alike[0]), at(10))
    gone = after(new, NotProcess(CURATOR, 147, "insult"), at(9, 10))
    earlier = [replace(interim, id=12, number=12), replace(shared, id=13, number=13)]
    for case in (shared, given, told, early, interim, under, gone):
        yield cards.card(TEXTS, case, office, now)
        yield cards.offer(TEXTS, case, office, now, earlier=earlier)
        for draft in case.drafts:
            yield drafts.head(TEXTS, case, draft.version, office, now)
    for menu in (None, "more", "several", f"several.{text[:200]}", "several.~zhkh,roads,school"):
        yield cards.offer(TEXTS, new, office, now, menu, earlier)
    for kind in Notice:
        for in_group in (False, True):
            yield notice(kind, told, office, now, "roads", None, text, in_group)
    entry = {"action": "not_process", "at": now, "who": text[:60], "on_behalf": None, "details": {"reason": said}}
    yield history.unprocessed(TEXTS, [(gone, entry)] * 10, 12, office, now)
    details = {"early": said, "location": text, "number": text[:20], "department": text[:60], "version": "1"}
    entries = [{**entry, "action": action, "details": details} for action in ("draft", "set_location", "contribute")]
    yield history.case_history(TEXTS, told, entries, office, now)


@pytest.mark.parametrize("text", STRANGE)
def test_every_screen_is_taken_by_the_messenger_and_calls_nobody(text: str) -> None:
    for screen in {screen for office in (town(), hostile_office(text)) for screen in screens_of(text, office)}:
        shown, entities = parse_html(screen.text)
        assert {entity.type for entity in entities} <= OURS
        assert {entity.user_id for entity in entities} <= {None, 5}, "only the person meant is called"
        assert set(called_in(shown, entities)) <= {f"/{name}" for name in COMMANDS}
        assert units(shown) > 0
        assert units(shown) <= MESSAGE or "—" in shown or shown.startswith("Открыто"), "lists may come in parts"
        for button in (button for row in screen.buttons for button in row):
            check_button(button)


def called_in(shown: str, ours: list[Entity]) -> Iterator[str]:
    """What the messenger would find by itself outside our own links."""
    data = shown.encode("utf-16-le")
    for found in find_entities(shown):
        inside = [
            one for one in ours if one.type == "text_link" and one.offset <= found.offset < one.offset + one.length
        ]
        if not inside:
            yield data[found.offset * 2 : (found.offset + found.length) * 2].decode("utf-16-le")


def check_button(button: Button) -> None:
    assert button.text.strip()
    assert sum(value is not None for value in (button.data, button.url, button.copy)) == 1
    if button.data is not None:
        assert len(button.data.encode()) <= LIMIT
        assert Callback.parse(button.data) is not None
    if button.url is not None:
        assert is_web(button.url)
    if button.copy is not None:
        assert 1 <= units(button.copy) <= 256


@pytest.mark.parametrize(
    "text", [HOSTILE[key] for key in HOSTILE if not key.startswith(("long", "lines", "emoji", "zalgo"))]
)
def test_what_the_citizen_wrote_stands_on_the_card_as_he_wrote_it(text: str) -> None:
    case = after(detected(appeal(text=text)), Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    shown, _ = parse_html(cards.card(TEXTS, case, town(), at(9, 20)).text)
    assert shown.replace(JOINER, "").split("\nВКонтакте · ")[0] == (
        "№ 147 · вода · Школьная, 5\n" + (clean(text) or "без текста")
    )


def test_a_long_text_is_cut_on_the_card_and_leads_to_its_source() -> None:
    case = after(detected(appeal(text="Вода идёт. " * 900)), Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    shown, entities = parse_html(cards.card(TEXTS, case, town(), at(9, 20)).text)
    quote = shown.split("\n")[1]
    assert quote.endswith("… ещё в источнике")
    assert 480 < units(quote) <= 520
    assert [entity.url for entity in entities if entity.type == "text_link"] == [case.appeal.link] * 2


def test_a_long_text_that_stands_nowhere_else_is_shown_much_further() -> None:
    case = after(detected(appeal(text="Вода идёт. " * 900, link="")), Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    shown, _ = parse_html(cards.card(TEXTS, case, town(), at(9, 20)).text)
    assert 2700 < units(shown) <= MESSAGE


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "tg://user?id=1",
        "person:1",
        "vk.com/wall1",
        "https://",
        "https://vk.com/ x",
        "https://vk.com@evil.example/",
        "https://vk.com/\u202e",
        'https://vk.com/\n"><b>',
        "https://vk.com/" + "x" * 3000,
        "http://[",
    ],
)
def test_what_is_no_address_of_the_web_becomes_no_link(url: str) -> None:
    case = after(detected(appeal(link=url)), Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    for screen in (cards.card(TEXTS, case, town(), at(9, 20)), cards.offer(TEXTS, case, town(), at(9, 20))):
        assert [entity.type for entity in parse_html(screen.text)[1] if entity.type not in ("blockquote", "bold")] == []
    above = notice(Notice.ESCALATION, case, town(), at(15), "zhkh", Step.DRAFT)
    assert [button.text for button in above.buttons[0]] == ["№ 147", "Вижу"]


def test_an_address_with_quotes_and_ampersands_leads_where_it_says() -> None:
    url = "https://vk.com/wall-1_2?reply=3&thread='\"<b>"
    case = after(detected(appeal(link=url)), Forward(CURATOR, 147, ("zhkh",)), at(9, 20))
    links = [e.url for e in parse_html(cards.card(TEXTS, case, town(), at(9, 20)).text)[1] if e.type == "text_link"]
    assert links == [url]


def test_buttons_hold_the_longest_keys() -> None:
    key = "k" * 32
    office = replace(many_departments(1), departments={key: Department(key, "Отдел"), "z": Department("z", "Отдел 2")})
    case = replace(detected(suggested=key), id=2**63 - 1)
    data = [b.data for row in cards.offer(TEXTS, case, office, at(9, 2)).buttons for b in row]
    assert data[0] == f"fw:{2**63 - 1}:{key}"
    assert all(len((one or "").encode()) <= LIMIT for one in data)


def test_news_of_one_thing_are_plain_values() -> None:
    case = detected()
    assert News(Notice.REMINDER, case) == News(Notice.REMINDER, case, None, None, "")
