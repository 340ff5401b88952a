"""What an answer may be written from: which posted answers others may have, blanks, likeness, photos before and after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.russian.earlier import likeliest
from config.russian.placed import blanked, filled
from tests.reports.cases import answered, detected
from tests.rules.offices import CURATOR, ZHKH, at, carried_out, office
from workflow.basis import answer_seen, blanks, offered, served
from workflow.case import Appeal, Case, FileRef, Loss, Other
from workflow.commands import Forward, SubmitDraft, TakeBasis
from workflow.outcomes import Accepted, Reason, Refused
from workflow.photos import photos_of, wants_photo
from workflow.ready import READY, KeepReady, RemoveReady, RewordReady
from workflow.ready_answer import ReadyAnswer, ReadyState
from workflow.regulation import Source

DONE = answered(1, "2026-10-05", text="Нет воды на Школьной, 5", place="Школьная, 5")
PHOTO = FileRef("0" * 64, "photo", "1.jpg", 9)
KU, NOW = office(), at("2026-10-06 09:00")


def worded(case: Case, text: str) -> Case:
    return replace(case, drafts=tuple(replace(draft, text=text) for draft in case.drafts))


def asked(case: Case, **changed: object) -> Case:
    return replace(case, appeal=replace(case.appeal, **changed))  # type: ignore[arg-type]


def test_a_posted_answer_to_a_public_question_may_be_offered() -> None:
    assert served(DONE) is DONE.drafts[0]


@pytest.mark.parametrize(
    "case",
    [
        asked(DONE, kind="message"),
        asked(DONE, network=None, ref=None, kind="manual"),
        replace(DONE, loss=Loss.SEEN),
        replace(DONE, postings=(replace(DONE.postings[0], link=""),)),
        worded(asked(DONE, author="Мария Петрова"), "Уважаемая Мария, воду подключили."),
        worded(asked(DONE, author="Мария Петрова"), "Воду подключили. Заявка Петровой закрыта."),
        worded(DONE, "Воду подключили, в кв. 12 сменили кран."),
        detected(2, "2026-10-05 09:00"),
    ],
    ids=["private", "nobody knows where", "gone", "no address", "by name", "by surname", "a flat", "no answer"],
)
def test_what_may_hold_somebodys_data_or_is_not_to_be_seen_is_never_offered(case: Case) -> None:
    assert served(case) is None


def test_a_name_that_names_nobody_and_a_handed_in_message_with_an_address_stand_in_no_way() -> None:
    assert served(worded(asked(DONE, author="Житель"), "Уважаемые Жители, воду подключили.")) is not None
    assert served(asked(DONE, network=None, ref=None, kind="manual", link="https://vk.com/wall-1_5")) is not None


def test_a_private_answer_is_shown_again_where_its_own_author_asks_again() -> None:
    private = asked(DONE, kind="message", author_ref="7")
    own, stranger = asked(detected(3, "2026-10-09 09:00"), author_ref="7"), detected(4, "2026-10-09 09:00")
    assert answer_seen(private, own) is DONE.drafts[0]
    assert answer_seen(private, stranger) is None


def test_the_place_is_filled_in_and_becomes_a_blank_again() -> None:
    text = "Воду по адресу: {место} подключим {срок}, отвечает {Кто}. {срок}"
    assert blanks(text) == ("{место}", "{срок}", "{Кто}")
    assert filled(text, "Школьная, 5").startswith("Воду по адресу: Школьная, 5 подключим {срок}")
    assert blanked("Авария по адресу Школьная, 5 устранена", "Школьная, 5") == "Авария по адресу {место} устранена"
    assert blanked("На Школьной, 5 воду дали, у Мира, 5 нет", "Школьная, 5") == "На {место} воду дали, у Мира, 5 нет"
    assert blanks("{x} {1} {} { }") == ()


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("Фонарь на {место} починили", "Школьная, 5", "Фонарь на Школьной, 5 починили"),
        ("Яму у {Место} засыпали", "Школьная, 5", "Яму у Школьной, 5 засыпали"),
        ("За {место} вывезли мусор", "школа № 3", "За школой № 3 вывезли мусор"),
        ("В {место} включили тепло", "детский сад № 15", "В детском саду № 15 включили тепло"),
        ("В {место} включили тепло", "Школьная, 5", "По адресу: Школьная, 5 включили тепло"),
        ("Дорогу до {место} отсыпали", "дом 24", "Дорогу до дома 24 отсыпали"),
        ("Воду на {место} дали", "Ленина, 5", "Воду по адресу: Ленина, 5 дали"),
        ("Ремонт {место} начнём", "с. Ивановка, Садовая, 5", "Ремонт по адресу: с. Ивановка, Садовая, 5 начнём"),
        ("{место}: сделано. Адрес: {место}", "пер. Школьный, 3", "пер. Школьный, 3: сделано. Адрес: пер. Школьный, 3"),
        ("За {место} вывезли мусор", "Ленина, 5", "За {место} вывезли мусор"),
    ],
)
def test_the_place_stands_in_the_case_of_its_sentence_or_is_left_to_the_person(
    text: str, place: str, said: str
) -> None:
    assert filled(text, place) == said


def test_what_was_taken_goes_with_the_next_draft_only() -> None:
    case = detected(2, "2026-10-06 09:00", "Нет воды на Мира, 3", place="Мира, 3")
    taken: Case = case
    for moment, command in (
        ("2026-10-06 09:20", Forward(CURATOR, 2, ("zhkh",))),
        ("2026-10-06 09:30", TakeBasis(ZHKH, 2, "Адрес: Мира, 3, срок: {срок}", Other(1, 1))),
    ):
        decision = carried_out(taken, command, KU, at(moment))
        assert isinstance(decision, Accepted)
        taken = decision.after
    assert taken.lead is not None
    assert taken.lead.basis is not None
    assert taken.lead.basis.text == "Адрес: Мира, 3, срок: {срок}"
    drafted = carried_out(taken, SubmitDraft(ZHKH, 2, "Подключим сегодня."), KU, at("2026-10-06 10:00"))
    assert isinstance(drafted, Accepted)
    assert drafted.after.lead is not None
    assert (drafted.after.drafts[0].basis, drafted.after.lead.basis) == (taken.lead.basis, None)


def test_like_questions_come_by_topic_words_and_place_the_own_department_first() -> None:
    new = detected(9, "2026-10-20 09:00", "Нет воды на Школьной, 5 с утра", place="Школьная, 5")
    place = worded(answered(3, "2026-10-07", text="Нет воды", place="Школьная, 5"), "Подвезли воду.")
    near = worded(answered(2, "2026-10-06", text="Опять нет воды, Мира"), "Заменили насос.")
    other = replace(near, id=4, drafts=(replace(near.drafts[0], department="roads", text="Не наша труба."),))
    snow = replace(worded(answered(5, "2026-10-08", text="Не чистят снег у школы"), "Убрали."), topics=("снег",))
    twin = replace(DONE, id=6, number=6)
    found = likeliest(new, "zhkh", [snow, other, near, place, DONE, twin])
    assert [case.id for case in found] == [6, 3, 2]
    repeated = replace(new, repeat_of=Other(4, 4))
    assert next(case.id for case in likeliest(repeated, "zhkh", [near, DONE, other])) == 4
    assert likeliest(replace(new, topics=("дороги",)), "zhkh", [snow]) == ()


def test_ready_answers_are_offered_for_their_topic_and_department() -> None:
    kept = [
        ReadyAnswer(1, "okrug", "всем"),
        ReadyAnswer(2, "okrug", "о воде", "zhkh", "вода"),
        ReadyAnswer(3, "okrug", "о дорогах", "roads", "дороги"),
        ReadyAnswer(-1, "okrug", "отделу", "zhkh"),
    ]
    assert [one.id for one in offered(kept, DONE, "zhkh")] == [2, -1]
    assert [one.id for one in offered(kept, DONE, "roads")] == [1]


def test_a_ready_answer_is_kept_once_reworded_and_removed_for_good() -> None:
    keep = KeepReady(CURATOR, 1, "okrug", "Подключим {срок}.", Other(1, 1), "zhkh", "вода")
    kept = READY.decide(None, keep, KU, NOW)
    assert isinstance(kept, Accepted)
    assert (kept.after.text, kept.after.case, kept.after.version) == ("Подключим {срок}.", 1, 1)
    refused = [
        READY.decide(None, replace(keep, text=""), KU, NOW),
        READY.decide(None, replace(keep, known=1), KU, NOW),
        READY.decide(None, replace(keep, text="й" * 3001), KU, NOW),
        READY.decide(kept.after, RewordReady(CURATOR, 1, " Подключим {срок}. "), KU, NOW),
        READY.decide(kept.after, RewordReady(CURATOR, 1, "…"), KU, NOW),
        READY.decide(None, RemoveReady(CURATOR, 1), KU, NOW),
    ]
    assert [one.reason for one in refused if isinstance(one, Refused)] == [
        Reason.NOT_FOR_OTHERS, Reason.ALREADY_READY, Reason.READY_TOO_LONG, Reason.SAME, Reason.EMPTY_DRAFT, Reason.NO_SUCH_READY,
    ]  # fmt: skip
    removed = READY.decide(kept.after, RemoveReady(CURATOR, 1), KU, NOW)
    assert isinstance(removed, Accepted)
    assert removed.after.state is ReadyState.REMOVED
    assert isinstance(READY.decide(removed.after, RemoveReady(CURATOR, 1), KU, NOW), Refused)


def test_a_photo_of_the_author_asks_for_one_of_the_answer_until_it_is_there() -> None:
    appeal = Appeal(Source.VK, "Яма", "Житель", NOW, network="vk", ref="1", files=(PHOTO,))
    case = replace(detected(2, "2026-10-06 09:00"), appeal=appeal)
    assert wants_photo(case)
    linked = replace(case, appeal=replace(appeal, files=(), attached=(("photo", "https://vk.com/photo1_2"),)))
    assert (wants_photo(linked), photos_of(linked).were) == (True, 1)
    bare = DONE.drafts[0]
    drafted = replace(case, drafts=(replace(bare, files=(PHOTO,)),))
    assert (wants_photo(drafted), photos_of(drafted).after) == (False, (PHOTO,))
    assert wants_photo(replace(case, drafts=(bare,)))
    assert not wants_photo(replace(case, appeal=replace(appeal, files=())))
