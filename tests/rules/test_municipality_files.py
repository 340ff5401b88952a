"""A municipality's file: what it gives, and what each mistake in it is answered with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config import regulations
from config.municipality import build_office, configurations, load, load_all, parse
from config.yamlfile import BrokenConfiguration
from workflow.office import Absence, Actor, Appointment, Role
from workflow.terms.worktime import CalendarTime, WorkingTime

DEMO = Path(__file__).parents[2] / "config" / "demo"
PATH = Path("kursky/municipality.yaml")

GOOD = """\
name: Курский муниципальный округ
timezone: Europe/Moscow
regulation: kursky
work_hours:
  mon-thu: 09:00-13:00, 14:00-18:00
  fri: 09:00-13:00, 14:00-16:45
days:
  2026-07-08: off
  2026-02-21: 09:00-13:00
groups: {working: -1001234567890}
departments:
  zhkh: {name: Отдел ЖКХ, topics: [жкх, вода, отопление], overseen_by: first_deputy}
  roads: {name: Отдел дорожного хозяйства, topics: [дороги]}
people:
  curator: {role: curator, name: Куратор, substitute: chief_specialist}
  chief_specialist: {role: [executor, curator], department: roads, name: Главный специалист}
  zhkh_head: {role: executor, department: zhkh, name: Начальник отдела ЖКХ}
  first_deputy: {role: deputy, name: Первый заместитель главы}
"""


def complaints(text: str) -> list[str]:
    with pytest.raises(BrokenConfiguration) as broken:
        parse(text, PATH)
    return [str(problem) for problem in broken.value.problems]


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_the_contract_of_the_design_is_read() -> None:
    found = parse(GOOD, PATH)
    assert (found.key, found.name, found.zone.key, found.regulation.key, found.group, found.supervisor) == (
        "kursky", "Курский муниципальный округ", "Europe/Moscow", "kursky", -1001234567890, "first_deputy",
    )  # fmt: skip
    assert found.people["chief_specialist"].roles == (Role.EXECUTOR, Role.CURATOR)
    assert found.warnings == ()


def test_defaults() -> None:
    found = parse(GOOD, PATH)
    assert (found.duty_always, found.quiet_hours, found.triage_auto, found.approval_delay, found.networks.vk) == (
        False, (22 * 60, 7 * 60), False, timedelta(seconds=30), None,
    )  # fmt: skip


def test_everything_else_can_be_set() -> None:
    found = parse(
        GOOD
        + "duty: always\nquiet_hours: 21:30-08:00\ntriage: auto\napproval_delay: 5\nsupervisor: curator\n"
        + "networks: {vk: {group: 1001}}\nplaces: [Рощино]\n",
        PATH,
    )
    assert found.networks.vk is not None
    assert (
        found.duty_always, found.quiet_hours, found.triage_auto, found.approval_delay, found.supervisor,
        found.networks.vk.group, found.places,
    ) == (True, (21 * 60 + 30, 8 * 60), True, timedelta(seconds=5), "curator", 1001, ("Рощино",))  # fmt: skip


@pytest.mark.parametrize("off", ["off", "Off", "no", "false", "выходной"])
def test_a_day_off_however_it_is_written(off: str) -> None:
    found = parse(changed("2026-07-08: off", f"2026-07-08: {off}"), PATH)
    moment = datetime(2026, 7, 8, 9, 0, tzinfo=UTC)
    assert not found.working_time.is_working(moment)


def test_a_groups_word_means_its_topics_but_for_those_another_names() -> None:
    found = parse(changed("topics: [дороги]", "topics: [дороги, лифт]"), PATH)
    assert found.departments["roads"].topics[:2] == ("дороги", "лифт")
    assert "лифт" not in found.departments["zhkh"].topics
    assert "горячая-вода" in found.departments["zhkh"].topics
    assert "ямы" in found.departments["roads"].topics


def test_an_unknown_topic_is_a_topic_of_its_own() -> None:
    found = parse(changed("topics: [дороги]", "topics: [Летние лагеря, канавы]"), PATH)
    assert found.departments["roads"].topics == ("летние-лагеря", "канавы")
    assert found.topics["летние-лагеря"].keywords == ("летние лагеря",)


def test_a_topic_of_two_departments_stays_with_the_first_and_is_warned_of() -> None:
    found = parse(changed("topics: [дороги]", "topics: [дороги, вода]"), PATH)
    assert [str(warning) for warning in found.warnings] == [
        "kursky/municipality.yaml, строка 13: roads: тема «вода» уже у отдела zhkh, там и останется"
    ]


def test_a_department_without_people_is_warned_of() -> None:
    found = parse(changed("people:", "  idle: {name: Отдел без людей}\npeople:"), PATH)
    assert [str(warning) for warning in found.warnings] == [
        "kursky/municipality.yaml, строка 14: idle: в отделе нет исполнителя; добавьте его в people"
    ]


def test_reminders_can_be_switched_off() -> None:
    assert build_office(parse(GOOD, PATH)).reminders
    assert not build_office(parse(GOOD + "reminders: false\n", PATH)).reminders


def test_absences_are_whole_days_of_the_municipality() -> None:
    found = parse(GOOD + "absent:\n  - {person: curator, from: 2026-07-06, to: 2026-07-06}\n", PATH)
    assert found.absences == (
        Absence(
            "curator",
            datetime(2026, 7, 5, 21, 0, tzinfo=UTC),
            datetime(2026, 7, 6, 21, 0, tzinfo=UTC),
            "chief_specialist",
        ),
    )
    office = build_office(found)
    during = datetime(2026, 7, 6, 20, 59, tzinfo=UTC)
    assert office.holders(Role.CURATOR, during) == ("chief_specialist",)
    assert office.stands_in("chief_specialist", during) == {"chief_specialist", "curator"}
    assert office.has_role(Actor(("curator",)), Role.CURATOR, during) is not None


MISTAKES = {
    "zone": (
        changed("Europe/Moscow", "Europe/Atlantis"),
        ["строка 2: часовой пояс «Europe/Atlantis» не существует. Нужен, например, Europe/Moscow"],
    ),
    "zone nearly right": (
        changed("Europe/Moscow", "Europe/Moskow"),
        ["строка 2: часовой пояс «Europe/Moskow» не существует, возможно «Europe/Moscow»?"],
    ),
    "regulation": (
        changed("regulation: kursky", "regulation: kurski"),
        ["строка 3: нет регламента «kurski», возможно «kursky»?"],
    ),
    "regulation outside": (
        changed("regulation: kursky", "regulation: ../../etc/passwd"),
        [
            "строка 3: нет регламента «../../etc/passwd»; можно: izobilnensky, kursky, moskalensky, "
            "primorsko-akhtarsky, slavgorod"
        ],
    ),
    "hours backwards": (
        changed("fri: 09:00-13:00, 14:00-16:45", "fri: 13:00-09:00"),
        ["строка 6: fri: «13:00-09:00»: конец раньше начала; часы через полночь разделите на два дня"],
    ),
    "hours overlap": (
        changed("fri: 09:00-13:00, 14:00-16:45", "fri: 09:00-13:00, 12:00-16:45"),
        ["строка 6: fri: «12:00-16:45» начинается раньше, чем кончилось предыдущее"],
    ),
    "weekday": (
        changed("  fri: 09", "  fry: 09"),
        ["строка 6: нет такого дня недели «fry», возможно «fri»?"],
    ),
    "a weekday twice": (
        changed("  fri: 09", "  thu: 09"),
        ["строка 4: день thu назван дважды"],
    ),
    "no such date": (
        changed("2026-02-21:", "2026-02-31:"),
        ["строка 9: дата «2026-02-31» не читается; нужна вида 2026-07-08"],
    ),
    "hours missing": (
        changed("work_hours:\n  mon-thu: 09:00-13:00, 14:00-18:00\n  fri: 09:00-13:00, 14:00-16:45\n", ""),
        ["строка 1: не хватает ключа «work_hours»"],
    ),
    "unknown key": (
        changed("timezone:", "time_zone:"),
        [
            "строка 2: неизвестный ключ «time_zone», возможно «timezone»?",
        ],
    ),
    "positive group": (
        changed("-1001234567890", "1001234567890"),
        ["строка 10: working: у группы отрицательный номер, например -1001234567890, стоит «1001234567890»"],
    ),
    "department unknown": (
        changed("department: zhkh", "department: zkh"),
        ["строка 17: zhkh_head: отдела «zkh» нет в departments, возможно «zhkh»?"],
    ),
    "executor without department": (
        changed("role: executor, department: zhkh", "role: executor"),
        ["строка 17: zhkh_head: исполнителю нужен отдел (department); можно: zhkh, roads"],
    ),
    "role": (
        changed("role: deputy", "role: deputi"),
        ["строка 18: role: неизвестное слово «deputi», возможно «deputy»?"],
    ),
    "an unknown messenger": (
        GOOD + "networks: {messenger: icq}\n",
        ["строка 19: messenger: неизвестное слово «icq»; можно: telegram, max"],
    ),
    "overseen by nobody": (
        changed("overseen_by: first_deputy", "overseen_by: deputy"),
        ["строка 12: overseen_by: «deputy» нет в people, возможно «first_deputy»?"],
    ),
    "substitute is nobody": (
        changed("substitute: chief_specialist", "substitute: chief"),
        ["строка 15: substitute: «chief» нет в people; можно: curator, chief_specialist, zhkh_head, first_deputy"],
    ),
    "substitutes in a circle": (
        changed("department: zhkh, name", "department: zhkh, substitute: zhkh_head, name"),
        ["строка 17: замещение идёт по кругу: zhkh_head → zhkh_head"],
    ),
    "key in capitals": (
        changed("  zhkh_head:", "  Zhkh-Head:"),
        ["строка 17: ключ «Zhkh-Head»: нужны строчные латинские буквы, цифры и _, до 32 знаков"],
    ),
    "supervisor is nobody": (
        GOOD + "supervisor: head\n",
        ["строка 19: supervisor: «head» нет в people, возможно «zhkh_head»?"],
    ),
    "quiet hours": (
        GOOD + "quiet_hours: ночью\n",
        ["строка 19: quiet_hours: «ночью» не читается; нужно, например, 22:00-07:00"],
    ),
    "absence backwards": (
        GOOD + "absent:\n  - {person: curator, from: 2026-07-06, to: 2026-07-01}\n",
        ["строка 20: отсутствие кончается (2026-07-01) раньше начала"],
    ),
    "absence of nobody": (
        GOOD + "absent:\n  - {person: kurator, from: 2026-07-06, to: завтра}\n",
        [
            "строка 20: person: «kurator» нет в people, возможно «curator»?",
            "строка 20: дата «завтра» не читается; нужна вида 2026-07-08 или 2026-07-08T09:00",
        ],
    ),
    "absence in a circle": (
        GOOD
        + "absent:\n"
        + "  - {person: curator, from: 2026-07-01, to: 2026-07-10}\n"
        + "  - {person: zhkh_head, from: 2026-07-11, to: 2026-07-12, substitute: curator}\n"
        + "  - {person: zhkh_head, from: 2026-07-05, to: 2026-07-06, substitute: curator}\n"
        + "  - {person: chief_specialist, from: 2026-07-06, to: 2026-07-20, substitute: zhkh_head}\n",
        [
            "строка 23: в одни и те же дни замещение идёт по кругу: chief_specialist → zhkh_head → curator → "
            "chief_specialist; назовите другого"
        ],
    ),
    "absence in a circle of one": (
        GOOD + "absent:\n  - {person: curator, from: 2026-07-01, to: 2026-07-10, substitute: curator}\n",
        ["строка 20: «curator» замещает сам себя"],
    ),
    "topic too long": (
        changed("topics: [дороги]", "topics: [очень длинная тема про всё на свете]"),
        ["строка 13: тема «очень длинная тема про всё на свете» не подходит: до 24 знаков и без двоеточия"],
    ),
    "network": (
        GOOD + "networks: {vk: {group: -1001}}\n",
        ["строка 19: group: нужно число не меньше 0, стоит «-1001»"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_line(name: str) -> None:
    text, expected = MISTAKES[name]
    assert complaints(text) == [f"kursky/municipality.yaml, {words}" for words in expected]


def test_no_curator() -> None:
    text = GOOD.replace("role: curator", "role: head").replace("[executor, curator]", "executor")
    assert complaints(text) == ["kursky/municipality.yaml, строка 14: нет куратора; кому-то нужно role: curator"]


def test_every_mistake_is_said_at_once_in_the_order_of_the_lines() -> None:
    text = changed("Europe/Moscow", "Mars").replace("fri: 09:00", "fri: 9").replace("department: zhkh", "department: x")
    assert [words.split(":")[0] for words in complaints(text)] == [
        "kursky/municipality.yaml, строка 2",
        "kursky/municipality.yaml, строка 6",
        "kursky/municipality.yaml, строка 17",
    ]


def test_the_folder_is_the_key_and_must_be_one() -> None:
    with pytest.raises(BrokenConfiguration) as broken:
        parse(GOOD, Path("Курск/municipality.yaml"))
    assert [problem.words for problem in broken.value.problems] == [
        "ключ «Курск» (имя папки) должен быть из строчных латинских букв, цифр, _ и -"
    ]


def test_a_regulation_in_the_folder_wins(tmp_path: Path) -> None:
    ours = (DEMO.parent / "regulations" / "kursky.yaml").read_text(encoding="utf-8")
    (tmp_path / "kursky.yaml").write_text(ours.replace("within: 1 час\n", "within: 2 часа\n", 1), encoding="utf-8")
    path = tmp_path / "kursky" / "municipality.yaml"
    path.parent.mkdir()
    path.write_text(GOOD, encoding="utf-8")
    found = load(path, (path.parent, tmp_path))
    assert (found.regulation_path, found.regulation.steps[0].within.term.amount) == (tmp_path / "kursky.yaml", 120)
    assert load(path).regulation.steps[0].within.term.amount == 60


def test_a_calendar_in_the_folder_wins(tmp_path: Path) -> None:
    (tmp_path / "calendars.yaml").write_text("covered: [2026]\ndays_off: {2026-01-13: Мороз}\n", encoding="utf-8")
    path = tmp_path / "municipality.yaml"
    path.write_text(GOOD, encoding="utf-8")
    moment = datetime(2026, 1, 13, 7, 0, tzinfo=UTC)
    found = parse(GOOD, PATH, (tmp_path,))
    assert (found.working_time.covered, found.working_time.is_working(moment)) == (frozenset({2026}), False)
    assert parse(GOOD, PATH).working_time.is_working(moment)


def test_configurations_of_a_folder(tmp_path: Path) -> None:
    for key in ("slavgorod", "kursky"):
        (tmp_path / key).mkdir()
        (tmp_path / key / "municipality.yaml").write_text(GOOD, encoding="utf-8")
    assert [path.parent.name for path in configurations(tmp_path)] == ["kursky", "slavgorod"]
    assert configurations(tmp_path / "kursky") == [tmp_path / "kursky" / "municipality.yaml"]
    assert [found.key for found in load_all(tmp_path)] == ["kursky", "slavgorod"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(BrokenConfiguration):
        configurations(tmp_path / "empty")


def test_pa_2_4_pa_2_5_what_is_said_of_pages_is_the_own_regulations_where_cases_are_led_by_another() -> None:
    """Norms, moderation, the checklist and the style asked for; everything else is the other's."""
    found = parse(GOOD.replace("regulation: kursky", "regulation: primorsko-akhtarsky\ncases: moskalensky"), PATH)
    own, cases = (regulations.load(regulations.find(name)) for name in ("primorsko-akhtarsky", "moskalensky"))
    of_pages = ("publication_norms", "moderation", "style", "pages", "registry_published")
    assert found.regulation == replace(cases, of_pages=own, **{name: getattr(own, name) for name in of_pages})
    assert own.style != cases.style


@pytest.mark.parametrize(
    ("name", "clock"),
    [("municipality.yaml", WorkingTime), ("stepnoy.yaml", WorkingTime), ("izobilnensky.yaml", CalendarTime)],
)
def test_the_demo_municipalities_stand(name: str, clock: type) -> None:
    found = load(DEMO / name)
    office = build_office(found)
    assert (found.warnings, type(office.clock), list(office.departments)) == (
        (), clock, ["zhkh", "roads", "improvement"],
    )  # fmt: skip
    assert found.networks.vk is not None


def test_ku_7_the_day_and_the_paper_of_an_appointment_are_read_and_a_day_that_is_none_is_refused() -> None:
    dated = changed("name: Куратор,", "name: Куратор, appointed: {on: 2026-01-12, by: распоряжение № 4-р},")
    found = parse(dated, PATH)
    assert (found.people["curator"].appointed, found.people["zhkh_head"].appointed, found.regulation.appoints) == (
        Appointment(date(2026, 1, 12), "распоряжение № 4-р"), None, "7",
    )  # fmt: skip
    assert complaints(dated.replace("2026-01-12", "вчера")) == [
        "kursky/municipality.yaml, строка 15: on: нужна дата вида 2026-07-08, стоит «вчера»"
    ]


def test_ready_answers_are_read_and_those_of_nobody_are_refused_with_their_line() -> None:
    listed = 'ready_answers:\n  - {text: "Вода будет {срок}.", department: zhkh, topic: вода}\n  - {text: Спасибо}\n'
    office = build_office(parse(GOOD + listed, PATH))
    assert [(one.id, one.text, one.department, one.topic) for one in office.ready] == [
        (-1, "Вода будет {срок}.", "zhkh", "вода"),
        (-2, "Спасибо", "", ""),
    ]
    assert complaints(GOOD + listed.replace("department: zhkh", "department: zkh").replace("Спасибо", '"…"')) == [
        f"kursky/municipality.yaml, строка {GOOD.count(chr(10)) + 2}: department: неизвестное слово «zkh», возможно «zhkh»?",
        f"kursky/municipality.yaml, строка {GOOD.count(chr(10)) + 3}: text: в готовом ответе нет ни слова",
    ]
