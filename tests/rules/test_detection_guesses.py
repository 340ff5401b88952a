"""Guesses about citizens' texts, on sentences as people write them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.municipality import build_office, load
from config.russian.detection import Guess, detector, guess
from config.russian.incidents import is_noise
from config.russian.likeness import is_repeat, meaning
from config.russian.places import find_place
from config.russian.topics import load_topics
from tests.rules.detection_samples import NO_PLACE, NOISE, NOT_NOISE, SAMPLES, Sample
from workflow.office import Department, Topic
from workflow.regulation import Importance

DEMO = Path(__file__).parents[2] / "config" / "demo" / "municipality.yaml"


@pytest.fixture(scope="module")
def of() -> Callable[[str], Guess]:
    office = build_office(load(DEMO))
    guessed = detector()
    return lambda text: guessed(text, office)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.text[:40])
def test_topic_department_place_and_importance(sample: Sample, of: Callable[[str], Guess]) -> None:
    found = of(sample.text)
    importance = Importance.HIGH if sample.high else Importance.NORMAL
    assert (found.topics[0], found.department, found.location, found.importance) == (
        sample.topic, sample.department, sample.place, importance,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "high"),
    [
        ("Не горит фонарь у дома 5", False),
        ("Фонарь у дома днём горит, а ночью нет", False),
        ("В доме не горит свет третий день", False),
        ("Горят ли фонари возле домов?", False),
        ("На Мира горит дом, вызовите кого-нибудь", True),
        ("Дети играют возле открытого люка", True),
        ("Ребёнок чуть не упал в люк", True),
        ("Скорая не приехала", True),
    ],
)
def test_importance_is_high_only_where_the_danger_is_said(text: str, high: bool, of: Callable[[str], Guess]) -> None:
    assert (of(text).importance is Importance.HIGH) is high


@pytest.mark.parametrize("text", NO_PLACE)
def test_no_place_is_made_up(text: str, of: Callable[[str], Guess]) -> None:
    assert of(text).location is None


@pytest.mark.parametrize("text", NOISE)
def test_thanks_and_stickers_are_noise(text: str) -> None:
    assert is_noise(text)


@pytest.mark.parametrize("text", NOT_NOISE)
def test_a_complaint_is_no_noise_however_polite(text: str) -> None:
    assert not is_noise(text)


def test_the_words_that_decided_are_shown_as_written(of: Callable[[str], Guess]) -> None:
    found = of("Третий день НЕТ ВОДЫ на Школьной, 5. Звоним в водоканал, трубку не берут")
    assert found == Guess(
        topics=("вода",),
        department="zhkh",
        location="Школьная, 5",
        words=("нет воды", "водоканал"),
        sure=True,
        departments=("zhkh",),
    )


def test_a_text_about_nothing_known_guesses_nothing(of: Callable[[str], Guess]) -> None:
    assert of("Добрый день, напишите мне в личку") == Guess()


def test_two_departments_at_once_are_never_sure(of: Callable[[str], Guess]) -> None:
    assert of("На Мира нет воды, дорога разбита, ямы на дороге, не горят фонари").sure is False


def test_thanks_are_never_sure(of: Callable[[str], Guess]) -> None:
    about_water = of("Спасибо, что дали воду в водопровод и горячую воду")
    assert (about_water.department, about_water.sure) == ("zhkh", False)


def test_sure_guesses_among_the_samples_are_right(of: Callable[[str], Guess]) -> None:
    sure = [(sample, found) for sample in SAMPLES if (found := of(sample.text)).sure]
    assert [sample.text for sample, found in sure if found.department != sample.department] == []
    assert len(sure) >= 40


def test_own_places_are_known_by_name() -> None:
    office = build_office(load(DEMO))
    assert detector(["Эдиссия"])("в Эдиссии нет света", office).location == "Эдиссия"
    assert detector([])("в Эдиссии нет света", office).location is None


def test_own_topic_is_found_by_its_word() -> None:
    topics = {"теплицы": Topic("теплицы", "теплицы", ("теплица",))}
    departments = {"farms": Department("farms", "Отдел сельского хозяйства", ("теплицы",))}
    found = guess("сносят теплицы у дороги", topics, departments)
    assert (found.topics, found.department, found.sure) == (("теплицы",), "farms", False)


def test_a_danger_list_of_ones_own_replaces_ours() -> None:
    assert guess("пожар", {}, {}).importance is Importance.HIGH
    assert guess("пожар", {}, {}, danger=["наводнение"]).importance is Importance.NORMAL


@pytest.mark.parametrize("text", ["ывап" * 2500, "вода нет " * 1200, "🙂\u202e\x00" * 3000, "<3 @head /absent [id1|x]"])
def test_no_text_is_too_much(text: str, of: Callable[[str], Guess]) -> None:
    began = time.process_time()
    of(text)
    assert time.process_time() - began < 20


def test_every_topic_is_found_by_each_of_its_keywords() -> None:
    topics = {code: item.topic for code, item in load_topics().topics.items()}
    lost = [
        (code, keyword)
        for code, topic in topics.items()
        for keyword in topic.keywords
        if guess(keyword.replace("*", "ия"), {code: topic}, {}).topics != (code,)
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("text", "high"),
    [
        ("Не горит фонарь у дома", False),
        ("Горит фонарь днём у дома", False),
        ("Спасибо, авария устранена", False),
        ("Авария не устранена", True),
        ("Пожар потушили, спасибо пожарным", False),
        ("Горит дом на Мира", True),
        ("Дом горит", True),
        ("Не было пожара", False),
        ("Пожара нет, всё спокойно", False),
        ("Пожар, нет воды", True),
        ("Запаха газа нет", False),
        ("Запаха газа больше нет", False),
        ("Рухнул балкон на пятом этаже", True),
        ("Дом рушится, трещина по стене", True),
    ],
)
def test_a_danger_that_is_denied_or_over_is_none(text: str, high: bool, of: Callable[[str], Guess]) -> None:
    assert (of(text).importance is Importance.HIGH) is high


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Лесная дом 24 яма", "Лесная, 24"),
        ("ул. А. С. Пушкина, 5", "Пушкина, 5"),
        ("На Мира 5 в доме нет воды", "Мира, 5"),
        ("Школьная 5а", "Школьная, 5а"),
        ("2-я Садовая, 12", "2-я Садовая, 12"),
        ("на 2-й Садовой темно", "2-я Садовая"),
        ("ул. 2-я Садовая, д. 3", "2-я Садовая, 3"),
        ("1-й Лесной переулок, 4", "пер. 1-й Лесной, 4"),
        ("ул. 8-го Марта, 3", "8 Марта, 3"),
        ("На Набережной яма", "Набережная"),
        ("Садовая ул., д. 8", "Садовая, 8"),
        ("Не горит фонарь у дома 24", "дом 24"),
        ("яма возле 14 дома", "дом 14"),
        ("во дворе 15-го дома темно", "дом 15"),
        ("дом 45 корпус 1, подъезд не убирают", "дом 45 корп. 1"),
        ("на Ленина 14в/2 нет воды", "Ленина, 14в/2"),
        ("ул. Мира д. 8-г, лифт стоит", "Мира, 8г"),
        ("ул. Мира, 12-а/3, лифт стоит", "Мира, 12а/3"),
        ("на Мира 12к3 течёт крыша", "Мира, 12 корп. 3"),
        ("на Мира 12 стр. 1 течёт крыша", "Мира, 12 стр. 1"),
        ("обещали на Мира 5 к 2 часам включить воду", "Мира, 5"),
        ("ул 50 лет Октября 3", "50 лет Октября, 3"),
        ("мкр 2 д 5 нет воды", "мкр. 2, 5"),
        ("в 5-м микрорайоне темно", "мкр. 5"),
        ("снт Ромашка без света", "СНТ Ромашка"),
        ("СНТ «Заря-2», ул. Садовая 4", "СНТ Заря-2, Садовая, 4"),
        ("пос.Солнечный д.4", "пос. Солнечный, 4"),
        ("в пгт Красный Яр нет воды", "пгт Красный Яр"),
        ("переулок Тихий 3", "пер. Тихий, 3"),
        ("ул. Зои Космодемьянской", "Зои Космодемьянской"),
        ("на перекрёстке Садовой и Школьной яма", "перекрёсток Садовая / Школьная"),
        ("на остановке «Рынок» лужа", "остановка «Рынок»"),
        ("свалка за школой № 3", "школа № 3"),
        ("в садике 15 холодно", "детский сад № 15"),
        ("на Лесной темно, Лесная 24", "Лесная, 24"),
        ("УЛИЦА САДОВАЯ ДОМ 8 НЕТ ВОДЫ", "Садовая, 8"),
        ("На Мира 4 воды нет", "Мира, 4"),
    ],
)
def test_how_people_write_a_place(text: str, place: str) -> None:
    assert find_place(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "в доме 24 квартиры",
        "дом 5 этажей",
        "дома 18 градусов",
        "уже 2 дома сгорело",
        "до дома 2 км",
        "в доме 12 подъездов не убирают",
        "в школе 3 смены",
        "3 школы закрыли",
        "на остановке 20 человек",
        "снт находится далеко",
        "дома 3 дня нет воды",
    ],
)
def test_a_count_is_no_address(text: str) -> None:
    assert find_place(text) is None


def test_a_short_text_repeats_another_only_at_the_same_place() -> None:
    one, other = meaning("Нет воды второй день"), meaning("Воды нет второй день, Лесная")
    assert (is_repeat(one, other, same_place=True), is_repeat(one, other, same_place=False)) == (True, False)
