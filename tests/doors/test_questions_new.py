"""Questions about early drafts, terms, places, other messages and what the author said: asked, answered, refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.process import questions
from handlers.asked import TAKES
from handlers.callbacks import Callback, Verb
from handlers.cases import NOWHERE, pressed
from handlers.incoming import Incoming
from handlers.replies import answered, replied
from handlers.wishes import Ask, Carry, Close, Say, Toast, Wish
from tests.doors.door_view import ASKED, PRIVATE, Sight, press, question, reply, sight
from tests.doors.screens_office import (
    TEXTS,
    accepted,
    after,
    at,
    closed,
    detected,
    out,
    seen,
    town,
    written_as,
)
from tests.rules.offices import CURATOR, ZHKH
from workflow.case import Case, Other
from workflow.commands import (
    AnyCommand,
    AuthorReplied,
    CloseWithoutPosting,
    LinkRepeat,
    MarkSignificant,
    Merge,
    NotProcess,
    ProposeInterim,
    ProposeTerm,
    SetImportance,
    SetKind,
    SetLocation,
    SetTerm,
    SetTopic,
    Split,
)
from workflow.ports import Question
from workflow.regulation import DraftKind, Importance

KU, MO = town(), town("moskalensky")


def asked_of(kind: str, **body: object) -> Question:
    return question(kind, CURATOR, 147, **body)


async def pressing(data: str, case: Case | None = None, **more: object) -> list[Wish]:
    view = sight(case or accepted(), CURATOR, **more)  # type: ignore[arg-type]
    return await pressed(press(CURATOR, data, 5, PRIVATE), view)


async def answering(kind: str, text: str, case: Case | None = None, **more: object) -> list[Wish]:
    view = sight(case or accepted(), CURATOR, asked=(asked_of(kind),), **more)  # type: ignore[arg-type]
    return await replied(reply(CURATOR, text, ASKED, PRIVATE), view)


# --- as they are shown -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            asked_of("why_early", text="…", departments=["roads", "school", "zags"]),
            "№ 147: ещё нет сведений от соисполнителей (Отдел дорожного хозяйства, Отдел образования)."
            " Почему ответ готов без них? Напишите одной фразой, и проект уйдёт куратору.\n"
            "[Дождусь сведений]",
        ),
        (
            asked_of("own_term", final=False),
            "№ 147: к какому сроку ответим? Например: «завтра до 15:00» или «16 марта».",
        ),
        (
            asked_of("own_term", final=True),
            "№ 147: к какому сроку дадим окончательный ответ? Например: «завтра до 15:00» или «16 марта».",
        ),
        (asked_of("author_said"), "№ 147: что ответил житель? Пришлите его слова."),
        (asked_of("merge_into"), "№ 147: вместе с каким сообщением отвечаем? Пришлите номер."),
        (asked_of("location"), "№ 147: о каком месте речь? Улица и дом, село или что вокруг."),
    ],
)
def test_each_question_is_typed_and_says_what_is_wanted(asked: Question, words: str) -> None:
    screen = questions.question(TEXTS, asked, accepted(), KU, at(10))
    assert seen(screen) == words
    assert screen.asks is True
    assert asked.kind in TAKES


def test_waiting_after_all_closes_the_question() -> None:
    screen = questions.question(TEXTS, asked_of("why_early", departments=["roads"]), accepted(), KU, at(10))
    assert [Callback.parse(row[0].data or "") for row in screen.buttons] == [Callback(Verb.NO, 31)]


# --- buttons that are a command --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "command"),
    [
        ("kd:147:2.interim", SetKind(CURATOR, 147, 2, DraftKind.INTERIM)),
        ("kd:147:1.final", SetKind(CURATOR, 147, 1, DraftKind.FINAL)),
        ("kd:147:x.request", SetKind(CURATOR, 147, 0, DraftKind.REQUEST)),
        ("in:147", ProposeInterim(CURATOR, 147, "")),
        ("sp:147", Split(CURATOR, 147)),
        ("rp:147:0", LinkRepeat(CURATOR, 147, None)),
        ("rp:147:12", LinkRepeat(CURATOR, 147, Other(12, 40))),
        ("mg:147:12", Merge(CURATOR, 147, Other(12, 40))),
        ("mg:147:99", Merge(CURATOR, 147, NOWHERE)),
        ("tp:147:dorogi", SetTopic(CURATOR, 147, ("voda", "dorogi"))),
        ("tp:147:voda", SetTopic(CURATOR, 147, ())),
        ("lo:147:0", SetLocation(CURATOR, 147, "")),
    ],
)
async def test_a_tap_is_the_command(data: str, command: AnyCommand) -> None:
    other = replace(closed(), id=12, number=40)
    view = sight(accepted(), CURATOR)
    view.cases = (*view.cases, other)
    assert await pressed(press(CURATOR, data, 5, PRIVATE), view) == [Carry(command)]


async def test_who_waits_for_contributions_hears_what_becomes_of_his_text() -> None:
    asked = asked_of("why_early")
    view = sight(accepted(), CURATOR, asked=(asked,))
    waiting = await pressed(press(CURATOR, "no:31", 5, PRIVATE), view)
    assert waiting == [Close(31, keeps=True), Toast("waits_for_contributions")]


async def test_reporting_to_the_head_is_asked_first() -> None:
    asking = await pressed(press(CURATOR, "at:147:mark_significant", 5, PRIVATE), sight(accepted(), CURATOR))
    assert asking == [Toast("asked_to_head"), Ask("to_head", 147, {})]
    asked = asked_of("to_head")
    view = sight(accepted(), CURATOR, asked=(asked,))
    yes = await pressed(press(CURATOR, "ys:31", 5, PRIVATE), view)
    assert yes == [Carry(MarkSignificant(CURATOR, 147), answers=31)]


async def test_a_promised_answer_is_given_up_after_a_yes() -> None:
    case = out(written_as(DraftKind.INTERIM, KU), KU)
    for data, command in (
        ("np:147:obscene", NotProcess(CURATOR, 147, "obscene", confirmed=True)),
        ("cl:147:thanks", CloseWithoutPosting(CURATOR, 147, "thanks", confirmed=True)),
    ):
        asking = await pressing(data, case, now=at(12))
        assert asking[0] == Toast("asked_give_up")
        body = asking[1].body  # type: ignore[union-attr]
        assert asking[1] == Ask("give_up", 147, body)
        asked = asked_of("give_up", **body)
        assert seen(questions.question(TEXTS, asked, case, KU, at(12))) == (
            "№ 147: автору обещали окончательный ответ ср 21 января до 18:00. Закончить без него?\n"
            "[Да, без ответа] [Оставить в работе]"
        )
        yes = await pressed(press(CURATOR, "ys:31", 5, PRIVATE), sight(case, CURATOR, asked=(asked,)))
        assert yes == [Carry(command, answers=31)]
    assert await pressing("np:147:obscene") == [Carry(NotProcess(CURATOR, 147, "obscene"))]


@pytest.mark.parametrize("data", ["kd:147:1.draft", "kd:147:1", "kd:147", "at:147", "at:147:release"])
async def test_a_kind_there_is_not_is_no_button_of_ours(data: str) -> None:
    assert await pressing(data) == [Toast("unknown_button")]


# --- asked by a button -----------------------------------------------------------------------------------------------


async def test_a_place_is_asked_for_and_kept_short() -> None:
    assert await pressing("lo:147") == [Toast("asked_location"), Ask("location", 147, {})]
    assert await pressing("lo:147", closed()) == [Carry(SetLocation(CURATOR, 147, ""))]
    assert await answering("location", "  Мира, 2 ") == [Carry(SetLocation(CURATOR, 147, "Мира, 2"), answers=31)]
    assert await answering("location", "ж" * 900) == [Carry(SetLocation(CURATOR, 147, "ж" * 200), answers=31)]
    assert await answering("location", " ") == [Say("answer_in_words")]


async def test_mo_9_what_the_author_said_elsewhere_is_taken_down_word_for_word() -> None:
    waiting = out(written_as(DraftKind.REQUEST, MO), MO)
    assert await pressing("as:147", waiting, there=MO) == [Toast("asked_author_said"), Ask("author_said", 147, {})]
    said = "<b>Квартира 7</b> @head /absent"
    assert await answering("author_said", said) == [Carry(AuthorReplied(CURATOR, 147, said), answers=31)]


async def test_mo_6_3_a_term_is_asked_for_only_where_he_may_name_one() -> None:
    fresh = detected(there=MO)
    assert await pressing("ot:147", fresh, there=MO) == [
        Toast("asked_own_term"),
        Ask("own_term", 147, {"final": False}),
    ]
    assert await pressing("ot:147") == [Carry(SetTerm(CURATOR, 147, at(10) + timedelta(seconds=1)))]


async def test_mo_13_of_an_important_case_the_final_term_is_asked_for() -> None:
    case = out(written_as(DraftKind.INTERIM, MO), MO)
    case = after(case, SetImportance(CURATOR, 147, Importance.HIGH), at(11, 20), MO)
    assert await pressing("ot:147", case, there=MO, now=at(11, 30)) == [
        Toast("asked_own_term"),
        Ask("own_term", 147, {"final": True}),
    ]


async def test_mo_13_the_executor_proposes_a_moment_and_the_curator_takes_it_in_one_tap() -> None:
    case = out(written_as(DraftKind.INTERIM, MO), MO)
    case = after(case, SetImportance(CURATOR, 147, Importance.HIGH), at(11, 20), MO)
    body = {"final": True, "proposed": True}
    head = sight(case, ZHKH, there=MO, now=at(11, 30))
    assert await pressed(press(ZHKH, "ot:147", 5, PRIVATE), head) == [
        Toast("asked_own_term"),
        Ask("own_term", 147, body),
    ]
    view = sight(case, ZHKH, asked=(question("own_term", ZHKH, 147, **body),), there=MO, now=at(11, 31))
    assert await replied(reply(ZHKH, "16 января до 15:00", ASKED, PRIVATE), view) == [
        Carry(ProposeTerm(ZHKH, 147, at(15, day=16)), answers=31)
    ]
    moment = int(at(15, day=16).timestamp())
    assert await pressing(f"ot:147:{moment}", case, there=MO, now=at(11, 32)) == [
        Carry(SetTerm(CURATOR, 147, at(15, day=16)))
    ]


async def test_mo_6_3_a_term_is_what_the_words_mean_now() -> None:
    assert await answering("own_term", "сегодня до 15:00", detected(there=MO), there=MO) == [
        Carry(SetTerm(CURATOR, 147, at(15)), answers=31)
    ]
    assert await answering("own_term", "когда рак свистнет", detected(there=MO), there=MO) == [Say("not_a_moment")]
    yesterday = await answering("own_term", "вчера до 15:00", detected(there=MO), there=MO)
    assert yesterday == [Carry(SetTerm(CURATOR, 147, at(15, day=11)), answers=31)]


async def test_another_message_is_asked_for_by_its_number() -> None:
    assert await pressing("mg:147") == [Toast("asked_merge_into"), Ask("merge_into", 147, {})]
    other = replace(accepted(), id=12, number=40)
    for text in ("40", "№ 40", " №40 ", "№№ 40"):
        view = sight(accepted(), CURATOR, asked=(asked_of("merge_into"),))
        view.cases = (*view.cases, other)
        assert await replied(reply(CURATOR, text, ASKED, PRIVATE), view) == [
            Carry(Merge(CURATOR, 147, Other(12, 40)), answers=31)
        ]


@pytest.mark.parametrize("text", ["сорок", "40, 41", "-40", "٤٠", "9" * 30, "<b>40</b>"])
async def test_a_number_there_is_not_is_told_so_and_the_question_stays(text: str) -> None:
    assert await answering("merge_into", text) == [Say("no_such_case", {"number": text[:20]})]


async def test_only_who_was_asked_answers() -> None:
    view = sight(accepted(), ZHKH, asked=(asked_of("own_term"),))
    assert await replied(reply(ZHKH, "завтра", ASKED, PRIVATE), view) == [Say("question_is_not_yours", once=True)]


async def test_in_private_an_open_question_needs_no_reply_to_it() -> None:
    asked = asked_of("location")
    view: Sight = sight(accepted(), CURATOR, asked=(asked,))
    incoming: Incoming = replace(reply(CURATOR, "Мира, 2", ASKED, PRIVATE), reply_to=None)
    assert await answered(asked, incoming, view) == [Carry(SetLocation(CURATOR, 147, "Мира, 2"), answers=31)]


@pytest.mark.parametrize("data", ["in:147", "at:147:mark_significant", "sp:147", "mg:147:12", "rp:147:0"])
async def test_doors_leave_the_refusing_of_others_to_the_desk(data: str) -> None:
    [wish] = await pressed(press(ZHKH, data, 5, PRIVATE), sight(accepted(), ZHKH))
    assert isinstance(wish, Carry)
    assert wish.command.by == ZHKH


@pytest.mark.parametrize("data", ["lo:147", "ot:147", "as:147", "mg:147"])
async def test_nobody_is_asked_what_he_may_not_do(data: str) -> None:
    [wish] = await pressed(press(ZHKH, data, 5, PRIVATE), sight(accepted(), ZHKH))
    assert isinstance(wish, Carry)
