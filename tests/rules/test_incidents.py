"""What is taken up and what is left alone, and what the curator's decisions teach; on sentences as people write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from config.municipality import build_office, load
from config.russian.detection import Guess, Sorting, Taken, detector, is_incident
from config.russian.incidents import Idle, load_signs
from config.russian.lessons import Lesson, Total, taught, telling
from config.russian.morphology import likeliest, words_of
from config.yamlfile import BrokenConfiguration
from tests.rules.detection_samples import NOISE, NOT_NOISE, SAMPLES

DEMO = Path(__file__).parents[2] / "config" / "demo" / "municipality.yaml"
Sort = Callable[[str], Sorting]


@pytest.fixture(scope="module")
def sort() -> Sort:
    office, guess = build_office(load(DEMO)), detector()
    return lambda text: is_incident(text, guess(text, office))


@pytest.mark.parametrize(
    ("text", "taken", "why"),
    [
        ("Третий день нет воды на Школьной, 5", Taken.INCIDENT, None),
        ("Когда уберут мусор?", Taken.INCIDENT, None),
        ("Пахнет газом в подъезде", Taken.INCIDENT, None),
        ("Да чтоб вы все сгорели, изверги", Taken.DOUBTFUL, None),
        ("А кто сегодня выступает?", Taken.DOUBTFUL, None),
        ("Спасибо за ремонт дороги, стало чисто", Taken.DOUBTFUL, Idle.THANKS),
        ("С праздником! На Мира горит фонарь", Taken.DOUBTFUL, Idle.CONGRATULATIONS),
        ("Спасибо вам за всё", Taken.NOT, Idle.THANKS),
        ("Борщевик растёт у посёлка. Заранее спасибо!", Taken.INCIDENT, None),
        ("Подскажите, как записаться, спасибо", Taken.DOUBTFUL, None),
        ("Обратите внимание на сквер. Спасибо", Taken.INCIDENT, None),
        ("Почините качели, спасибо", Taken.INCIDENT, None),
        ("Поздравляем, будьте здоровы", Taken.NOT, Idle.CONGRATULATIONS),
        ("Молодцы", Taken.NOT, Idle.PRAISE),
        ("Поздравляем всех с праздником! Здоровья", Taken.NOT, Idle.CONGRATULATIONS),
        ("Добрый день, соседи", Taken.NOT, Idle.CHATTER),
        ("[id12|Ольга], а вы сами откуда?", Taken.NOT, Idle.CHATTER),
        ("Ольга, не согласна с вами", Taken.NOT, Idle.CHATTER),
        ("Ольга, у нас тоже нет воды", Taken.INCIDENT, None),
        ("Ольга, у нас так же, на Школьной, 5", Taken.DOUBTFUL, None),
        ("[id12|Ольга], а куда смотрит администрация?", Taken.DOUBTFUL, None),
        ("Ольга Петровна, когда приём?", Taken.DOUBTFUL, None),
        ("Жители, не согласна с вами", Taken.DOUBTFUL, None),
        ("👍", Taken.NOT, Idle.EMPTY),
        ("Спасибо, смотрите https://example.org/?a=1", Taken.NOT, Idle.THANKS),
        (
            "Кредит за 5 минут, пишите в лс, заработок от 5000 рублей в день без вложений https://t.me/abc",
            Taken.NOT,
            Idle.ADVERTISING,
        ),
    ],
)
def test_sl_1_iz_1_not_every_comment_is_an_incident(text: str, taken: Taken, why: Idle | None, sort: Sort) -> None:
    found = sort(text)
    assert (found.taken, found.why) == (taken, why)


def test_the_words_that_decided_are_named(sort: Sort) -> None:
    assert sort("Поздравляем всех с праздником!").words == ("поздравляем", "праздником")


@pytest.mark.parametrize("text", [*(sample.text for sample in SAMPLES), *NOT_NOISE])
def test_no_complaint_is_left_alone(text: str, sort: Sort) -> None:
    assert sort(text).taken is not Taken.NOT


@pytest.mark.parametrize("text", NOISE)
def test_no_thanks_are_an_incident(text: str, sort: Sort) -> None:
    assert sort(text).taken is not Taken.INCIDENT


def test_a_picture_without_a_word_is_looked_at() -> None:
    assert is_incident("", Guess(), attached=True) == Sorting(Taken.DOUBTFUL, Idle.EMPTY)
    assert is_incident("", Guess()) == Sorting(Taken.NOT, Idle.EMPTY)


def test_an_installations_own_words_win(tmp_path: Path) -> None:
    (tmp_path / "incidents.yaml").write_text(
        "thanks: [рахмат]\npraise: []\ncongratulations: []\nchatter: []\ncomplaint: [не]\n"
        "longest: {thanks: 5, praise: 1, congratulations: 1, chatter: 1}\n",
        encoding="utf-8",
    )
    own = load_signs([tmp_path])
    assert is_incident("Рахмат вам", Guess(), signs=own).why is Idle.THANKS
    assert is_incident("Спасибо вам", Guess(), signs=own).taken is Taken.DOUBTFUL


def test_a_broken_list_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "incidents.yaml").write_text("thanks: [спасибо]\nприветы: [привет]\n", encoding="utf-8")
    with pytest.raises(BrokenConfiguration) as broken:
        load_signs([tmp_path])
    assert {problem.file for problem in broken.value.problems} == {"incidents.yaml"}


# --- lessons ---------------------------------------------------------------------------------------------------------

OWN = telling("Волонтёрская эстафета перекрыла тротуар")


BOTH = {"roads", "zhkh"}


def lesson(department: str, cases: int, topic: str = "") -> list[Lesson]:
    return [(word, department, topic, cases) for word in OWN]


NOTHING = Guess()


def after(lessons: list[Lesson], guess: Guess = NOTHING) -> Guess:
    totals: dict[str, Total] = {}
    for _, department, _, cases in lessons:
        words = totals.get(department, Total()).words
        totals[department] = Total(cases, words + cases)
    return taught(guess, OWN, lessons, totals, BOTH)


def test_earlier_cases_speak_for_the_department_they_went_to() -> None:
    found = after(lesson("roads", 2, "дороги"))
    assert (found.department, found.departments, found.topics, found.sure) == ("roads", ("roads",), ("дороги",), False)
    assert set(found.words) == {"волонтёрская", "эстафета", "перекрыла", "тротуар"}


@pytest.mark.parametrize(
    "lessons",
    [lesson("roads", 1), [*lesson("roads", 2), *lesson("zhkh", 2)], lesson("gone", 5), lesson("roads", 9)[:1], []],
    ids=["one case is no habit", "two departments", "a department that is gone", "one word", "nothing learnt"],
)
def test_lessons_that_say_too_little_propose_nothing(lessons: list[Lesson]) -> None:
    assert replace(after(lessons), departments=()) == Guess()


def test_keywords_outweigh_one_case_and_yield_to_many() -> None:
    """What the words name stays offered beside what the curator did."""
    guess = Guess(("мусор",), "zhkh", words=("мусор",), departments=("zhkh",))
    few, many = after(lesson("roads", 1), guess), after(lesson("roads", 30), guess)
    assert (few.department, few.departments, few.words) == ("zhkh", ("zhkh", "roads"), ("мусор",))
    assert (many.department, many.departments, many.topics) == ("roads", ("roads", "zhkh"), ("мусор",))


def test_a_sure_guess_is_not_overruled_by_lessons() -> None:
    sure = Guess(("вода",), "zhkh", words=("нет воды",), sure=True)
    assert after(lesson("roads", 9), sure) == sure


@pytest.mark.parametrize(
    "text",
    [
        "С днём рождения!",
        "вечная память",
        "Царствие небесное",
        "хахаха",
        "ахах",
        "лайк",
        "красивое фото!",
        "ну и погодка",
    ],
)
def test_wishes_laughter_and_small_talk_are_no_appeal(text: str) -> None:
    assert is_incident(text, Guess()).taken is Taken.NOT


@pytest.mark.parametrize(
    "text", ["погодка, а дорога не чищена", "хаха, опять нет воды", "красота, а не ремонт", "там темно"]
)
def test_small_talk_with_a_complaint_is_not_left_alone(text: str) -> None:
    assert is_incident(text, Guess()).taken is not Taken.NOT


@pytest.mark.parametrize(
    "forms",
    ["ямы ям яма яму", "собака собак", "трубы труб", "дорога дороги дорог", "скважин скважина", "стекло стекла"],
)
def test_one_word_is_learned_under_one_form(forms: str) -> None:
    assert len(telling(forms)) == 1
    assert len({likeliest(word) for word in words_of(forms)}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Иду и улыбаюсь",
        "Какая красивая песня",
        "А я уже проголодалась",
        "Обалдеть 😂😂",
        "Муж вчера так же сказал)))",
    ],
)
def test_small_talk_under_a_post_is_left_alone_but_never_what_is_said_to_the_office(sort: Sort, text: str) -> None:
    assert (sort(text).taken, sort(text).why) == (Taken.NOT, Idle.CHATTER)
    assert is_incident(text, Guess(), addressed=True).taken is Taken.DOUBTFUL


@pytest.mark.parametrize(
    "text",
    [
        "Холодрыга в классе",
        "Грязища по колено",
        "Лавку разнесли",
        "Супер, опять помойка под окнами",
        "Красота: плитка прыгает под ногами",
        "Тонем 😡",
        "Тонем",
        "Коровы гуляют по трассе",
        "Я утром чуть не упала на крыльце",
        "Ты бы видел эту лужу))",
        "Вчера свет у нас выключили",
        "Обещали и забыли 😂",
        "Ольховая 12)))",
    ],
)
def test_a_complaint_without_a_word_of_complaint_is_taken_up(sort: Sort, text: str) -> None:
    assert sort(text).taken is not Taken.NOT


def test_an_office_s_own_list_without_matters_leaves_no_more_alone(tmp_path: Path) -> None:
    own = tmp_path / "incidents.yaml"
    own.write_text(
        "thanks: [спасибо]\npraise: []\ncongratulations: []\nchatter: []\ncomplaint: [не]\n"
        "longest: {thanks: 30, praise: 6, congratulations: 40, chatter: 6}\n",
        encoding="utf-8",
    )
    assert is_incident("Иду и улыбаюсь", Guess(), signs=load_signs((tmp_path,))).taken is Taken.DOUBTFUL
