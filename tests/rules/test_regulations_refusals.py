"""A regulation's file that contradicts itself is refused, with the line and the reason; so is a file that is no YAML."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from config.regulations import PACKAGED, parse
from config.yamlfile import BrokenConfiguration, Lines, load, loads, problems_of, suggestion

KURSKY = (PACKAGED / "kursky.yaml").read_text(encoding="utf-8")
MOSKALENSKY = (PACKAGED / "moskalensky.yaml").read_text(encoding="utf-8")


def refused(text: str, old: str, new: str) -> list[str]:
    """What is said of the file with one thing changed: each line that starts where the change is, without the number."""
    assert old in text
    changed = text.replace(old, new, 1)
    with pytest.raises(BrokenConfiguration) as broken:
        parse(changed, "f.yaml")
    lines = changed.splitlines()
    assert all(problem.line is None or 1 <= problem.line <= len(lines) for problem in broken.value.problems)
    return [
        f"{lines[(problem.line or 1) - 1].strip().split('  ')[0]} -> {problem.words}"
        for problem in broken.value.problems
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  forward:", "  forwrd:", ["forwrd: -> неизвестное слово «forwrd», возможно «forward»?"]),
        (
            "runs_from: drafted",
            "runs_from: draftd",
            ["runs_from: draftd -> runs_from: неизвестное слово «draftd», возможно «drafted»?"],
        ),
        ("holder: curator", "holdr: curator", ["holdr: curator -> неизвестный ключ «holdr», возможно «holder»?"]),
        ("    holder: curator\n", "", ["forward: -> не хватает ключа «holder»"]),
        ("clock: working ", "clok: working ", ["clok: working -> неизвестный ключ «clok», возможно «clock»?"]),
        ("within: 1 час", "within: 0 часов", ["within: 0 часов -> срок не может быть нулевым"]),
        (
            "within: 1 час",
            "within: сразу",
            ["within: сразу -> срок «сразу» не читается; нужно, например: 30 минут, 1,5 часа, 7 рабочих дней"],
        ),
        ("before: answer", "before: draft", ["before: draft -> draft: срок отсчитан от самого себя"]),
        (
            "before: answer",
            "before: joint_draft",
            ["before: joint_draft -> draft: срок отсчитан от шага «joint_draft», а его здесь нет"],
        ),
        (
            "not_after: answer",
            "not_after: draft",
            ["not_after: draft -> posting: шаг «draft» сам отсчитан назад, от него считать нельзя"],
        ),
        (
            "    before: answer\n",
            "",
            ["draft: -> draft: нужно одно из двух, runs_from (с чего идёт срок) или before (до чего)"],
        ),
        (
            "within: 5 часов",
            "within: 9 часов",
            ["within: 9 часов -> draft: за 9 часов до ответа, а на весь ответ только 9 часов: срок раньше сообщения"],
        ),
        (
            "before: answer\n    within: 5 часов",
            "runs_from: forwarded\n    within: 10 часов",
            ["within: 10 часов -> draft: срок 10 часов наступит не раньше срока ответа (9 часов)"],
        ),
        (
            "within: 5 часов",
            "within: 1 рабочий день",
            ["within: 1 рабочий день -> draft: назад отсчитываются только минуты и часы"],
        ),
        (
            "within: 1 час",
            "within: назначает куратор",
            ["within: назначает куратор -> forward: «назначает куратор» бывает только у final"],
        ),
        ("met_by: [forwarded]", "met_by: []", ["met_by: [] -> forward: шаг нечем исполнить, назовите событие"]),
        (
            "met_by: [forwarded]",
            "met_by: [detected]",
            ["met_by: [detected] -> forward: шаг исполнен тем же событием «detected», с которого начался"],
        ),
        ("met_by: [forwarded]", "met_by: forwarded", ["met_by: forwarded -> met_by: нужен список, например [а, б]"]),
        (
            "runs_from: detected",
            "runs_from: posted",
            ["runs_from: posted -> forward: от события «posted» сроки не идут"],
        ),
        (
            "kinds: [final, interim]",
            "kinds: [final]",
            ["runs_from: interim_posted -> final: шаг никто не начнёт, промежуточных ответов нет (answers.kinds)"],
        ),
        (
            "approval: explicit",
            "approval: implied",
            [
                "approval: -> approval: у согласования есть срок, а answers.approval говорит, что его нет",
                "runs_from: approved -> posting: шаг никто не начнёт, отдельного согласования нет (answers.approval)",
            ],
        ),
        (
            "contributions_to: curator",
            "contributions_to: lead",
            [
                "contribution_approval: -> "
                "contribution_approval: куратор проверяет сведения, а они идут мимо него (contributions_to)"
            ],
        ),
        (
            "kinds: [final, interim]",
            "kinds: [interim]",
            ["kinds: [interim] -> answers.kinds: без final нельзя дать ответ"],
        ),
        (
            "code: insult",
            "code: obscene",
            ['- {code: obscene, words: Оскорбительные выражения, clause: "20"} -> основание «obscene» названо дважды'],
        ),
        (
            "who: [first_deputy",
            "who: [boss",
            ["who: [boss, overseer] -> who: неизвестное слово «boss»; можно: head, supervisor, first_deputy, overseer"],
        ),
        ("day: 10", "day: 40", ["day: 40 -> day: нужно число не больше 28, стоит «40»"]),
        ("day: 10", "day: десять", ["day: десять -> day: нужно число, стоит «десять»"]),
        (
            "date: 2023-01-12",
            "date: 12.01.2023",
            ["date: 12.01.2023 -> date: нужна дата вида 2026-07-08, стоит «12.01.2023»"],
        ),
        (
            "reason_required: true",
            "reason_required: иногда",
            ["reason_required: иногда -> reason_required: нужно true (да) или false (нет), стоит «иногда»"],
        ),
        ("key: kursky", "key: Курский", ["key: Курский -> key: значение «Курский» не подходит"]),
        ("revision: первоначальная", 'revision: ""', ['revision: "" -> revision: нужен текст']),
    ],
)
def test_a_contradiction_is_refused_with_its_line(old: str, new: str, said: list[str]) -> None:
    assert refused(KURSKY, old, new) == said


def test_terms_started_by_nobody() -> None:
    contribution = KURSKY[KURSKY.index("  contribution:") : KURSKY.index("  contribution_approval:")]
    assert refused(KURSKY, contribution, "") == [
        "runs_from: contributed -> contribution_approval: шаг никто не начнёт, шага contribution (сведения соисполнителя) нет"
    ]
    assert refused(MOSKALENSKY, "runs_from: contributed", "runs_from: contribution_passed") == [
        "runs_from: contribution_passed -> joint_draft: шаг никто не начнёт, шага contribution_approval нет"
    ]


def test_high_importance_is_looked_at_too() -> None:
    assert refused(MOSKALENSKY, "high: {within: 2 часа,", "high: {within: 4 часа,") == [
        'high: {within: 4 часа, clause: "9, абзац второй"} -> '
        "draft: за 4 часа до ответа, а на весь ответ только 4 часа: срок раньше сообщения"
    ]
    assert refused(MOSKALENSKY, "high: {within: 2 часа,", "high: {within: 0 часов,") == [
        'high: {within: 0 часов, clause: "9, абзац второй"} -> срок не может быть нулевым'
    ]


def test_two_steps_counted_back_from_each_other() -> None:
    text = KURSKY.replace("    runs_from: detected\n    within: 9 часов", "    before: draft\n    within: 9 часов")
    assert text != KURSKY
    assert refused(text, "key: kursky", "key: kursky") == [
        "before: answer -> draft: шаги draft и answer отсчитаны друг от друга",
        "not_after: answer -> posting: шаг «answer» сам отсчитан назад, от него считать нельзя",
        "before: draft -> answer: шаги answer и draft отсчитаны друг от друга",
    ]


def test_a_draft_is_never_due_after_the_answer() -> None:
    """In minutes of one clock, in working days, and where working time is held against calendar time."""
    late = "draft: срок {} наступит не раньше срока ответа ({})"
    for own, whole in [
        ("9 часов", "9 часов"),
        ("2 рабочих дня", "9 часов"),
        ("2 рабочих дня", "2 рабочих дня"),
        ("9 часов", "9 календарных часов"),
    ]:
        text = KURSKY.replace("before: answer\n    within: 5 часов", f"runs_from: forwarded\n    within: {own}")
        changed = text.replace("within: 9 часов\n    met_by: [posted", f"within: {whole}\n    met_by: [posted")
        assert refused(changed, "key: kursky", "key: kursky") == [f"within: {own} -> " + late.format(own, whole)]


def test_nothing_is_counted_back_from_a_moment_somebody_must_still_name() -> None:
    assert refused(MOSKALENSKY, "before: answer", "before: final") == [
        "before: final -> draft: срок шага «final» назначает куратор, от него считать нельзя"
    ]


MEETS = (
    "accepted, approved, contributed, contribution_passed, contribution_sent_back, drafted, forwarded, "
    "interim_posted, posted, request_posted, returned, sent_back"
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "met_by: [forwarded]",
            "met_by: [term_set]",
            [f"met_by: [term_set] -> forward: событием «term_set» шаг не исполняют; можно: {MEETS}"],
        ),
        (
            "met_by: [posted, interim_posted]",
            "met_by: [request_posted]",
            [
                "met_by: [request_posted] -> answer: шаг нечем исполнить, запросов (уточнений) нет (answers.kinds)",
            ],
        ),
        (
            "code: insult",
            "code: Ругань",
            ['- {code: Ругань, words: Оскорбительные выражения, clause: "20"} -> code: значение «Ругань» не подходит'],
        ),
        (
            "before: answer",
            "before: ansver",
            ["before: ansver -> before: неизвестное слово «ansver», возможно «answer»?"],
        ),
        ("holder: curator", "holder: mayor", ["holder: mayor -> holder: неизвестное слово «mayor»; можно: "]),
        ("approval: explicit", "approval: maybe", ["approval: maybe -> approval: неизвестное слово «maybe»; можно: "]),
    ],
)
def test_an_unknown_word_or_a_step_met_by_nothing(old: str, new: str, said: list[str]) -> None:
    found = refused(KURSKY, old, new)
    assert [words[: len(begun)] for words, begun in zip(found, said, strict=True)] == said


def test_an_unknown_ground_for_deleting() -> None:
    assert refused(MOSKALENSKY, "delete: [unlawful,", "delete: [rude,") == [
        "delete: [rude, spam, advertising, insult, obscene] -> "
        "delete: неизвестное слово «rude»; можно: unlawful, spam, advertising, insult, obscene"
    ]


def test_the_complaint_names_the_file_the_line_and_the_reason() -> None:
    text = KURSKY.replace("within: 5 часов", "within: 0 часов")
    line = text.splitlines().index("    within: 0 часов") + 1
    with pytest.raises(BrokenConfiguration) as broken:
        parse(text, "kursky.yaml")
    assert str(broken.value) == f"kursky.yaml, строка {line}: срок не может быть нулевым"


def test_a_curators_term_needs_an_answer() -> None:
    text = (PACKAGED / "slavgorod.yaml").read_text(encoding="utf-8")
    assert refused(text, "contributions_to: lead", 'curator_term: {clause: "6"}\ncontributions_to: lead') == [
        'curator_term: {clause: "6"} -> curator_term: куратор меняет срок ответа, а шага answer нет'
    ]


def test_everything_wrong_is_said_at_once_in_the_order_of_the_lines() -> None:
    text = KURSKY.replace("within: 2 часа", "within: 0 часов").replace("within: 9 часов", "within: когда-нибудь")
    with pytest.raises(BrokenConfiguration) as broken:
        parse(text, "kursky.yaml")
    words = [problem.words for problem in broken.value.problems]
    assert words == [
        "срок не может быть нулевым",
        "срок «когда-нибудь» не читается; нужно, например: 30 минут, 1,5 часа, 7 рабочих дней",
    ]
    assert str(broken.value) == "\n".join(str(problem) for problem in broken.value.problems)


# --- files that are no YAML ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\n", "f.yaml, строка 2: ключ «a» стоит дважды, оставьте один"),
        ("a: 1\nb: [1\n", "f.yaml, строка 2: скобка или кавычка не закрыта"),
        ("a: 1\nb: 'x\n", "f.yaml, строка 2: скобка или кавычка не закрыта"),
        ("a:\n\tb: 1\n", "f.yaml, строка 2: табуляция в отступе, поставьте пробелы"),
        ("a: b: c\n", "f.yaml, строка 1: лишнее двоеточие или сбитый отступ; текст с двоеточием возьмите в кавычки"),
        ("a: *z\n", "f.yaml, строка 1: строка не читается: проверьте отступы, двоеточия, кавычки и скобки"),
        ("- 1\n", "f.yaml, строка 1: ожидались строки вида «ключ: значение»"),
        ("", "f.yaml, строка 1: ожидались строки вида «ключ: значение»"),
    ],
)
def test_what_cannot_be_read_names_the_line(text: str, said: str) -> None:
    with pytest.raises(BrokenConfiguration) as broken:
        loads(text, "f.yaml")
    assert str(broken.value) == said


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(BrokenConfiguration, match=r"^no\.yaml: файла нет: "):
        load(tmp_path / "no.yaml")
    with pytest.raises(BrokenConfiguration, match="файл не читается"):
        load(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("имя: Курская\n".encode("cp1251"))
    with pytest.raises(BrokenConfiguration, match=r"^latin\.yaml: сохраните файл в кодировке UTF-8$"):
        load(latin)


def test_data_is_plain_and_dates_stay_as_written(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(
        "\ufeffname: Округ\ndays:\n  2026-07-08: off\n  2026-02-21: 09:00-13:00\n"
        "at: 2026-01-12T09:00:00+03:00\nrate: 1.5\nids: [-1001234567890, true, ~]\n"
        "base: &b {x: 1}\ncopy: {<<: *b, y: 2}\ntag: !o z\n",
        encoding="utf-8",
    )
    data, lines = load(path)
    assert data == {
        "name": "Округ",
        "days": {"2026-07-08": "off", "2026-02-21": "09:00-13:00"},
        "at": "2026-01-12T09:00:00+03:00",
        "rate": 1.5,
        "ids": [-1001234567890, True, None],
        "base": {"x": 1},
        "copy": {"x": 1, "y": 2},
        "tag": "z",
    }
    assert {type(value) for value in (data["rate"], data["ids"][0], data["name"])} == {float, int, str}
    assert [lines.of(place) for place in (("days", "2026-02-21"), ("ids", 1), ("copy", "x"), ("days", "нет"), ())] == [
        4,
        7,
        9,
        2,
        1,
    ]
    assert Lines().of(("a", "b")) is None


def test_yaml_1_1_reads_off_as_false() -> None:
    assert loads("%YAML 1.1\n---\n2026-07-08: off\n", "f.yaml").data == {"2026-07-08": False}


# --- what pydantic says, in words ---------------------------------------------------------------------------------


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")
    role: str
    note: str | None = None


class Town(BaseModel):
    model_config = ConfigDict(extra="forbid")
    people: dict[str, Person] = {}
    pages: list[Person] = []
    size: int = 1
    share: float = 1.0
    old: Person | None = None
    zone: str = "Europe/Moscow"

    @field_validator("zone")
    @classmethod
    def known(cls, zone: str) -> str:
        if "/" not in zone:
            raise ValueError(f"часовой пояс «{zone}» не существует. Нужен, например, Europe/Moscow.")
        return zone


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("zone: Марс\n", ["m.yaml, строка 1: часовой пояс «Марс» не существует. Нужен, например, Europe/Moscow."]),
        ("size: 1\npeople:\n  kim:\n    rle: x\n", ["m.yaml, строка 4: неизвестный ключ «rle», возможно «role»?"]),
        ("people:\n  kim: {}\n", ["m.yaml, строка 2: не хватает ключа «role»"]),
        ("people:\n  kim: куратор\n", ["m.yaml, строка 2: kim: нужны вложенные строки «ключ: значение»"]),
        (
            "pages:\n  - role: x\n  - role: x\n    hue: y\n",
            ["m.yaml, строка 4: неизвестный ключ «hue»; можно: role, note"],
        ),
        ("old:\n  role: x\n  notes: y\n", ["m.yaml, строка 3: неизвестный ключ «notes», возможно «note»?"]),
        ("people: [а]\n", ["m.yaml, строка 1: people: нужны вложенные строки «ключ: значение»"]),
        (
            "size: много\nshare: мало\n",
            [
                "m.yaml, строка 1: size: нужно число, стоит «много»",
                "m.yaml, строка 2: share: нужно число, стоит «мало»",
            ],
        ),
        ("people:\n  kim: {role: 5}\n", ["m.yaml, строка 2: role: нужен текст, стоит «5»"]),
        ("people:\n  kim: {role: ~}\n", ["m.yaml, строка 2: role: нужен текст"]),
    ],
)
def test_complaints_are_sentences(text: str, said: list[str]) -> None:
    data, lines = loads(text, "m.yaml")
    with pytest.raises(ValidationError) as error:
        Town.model_validate(data)
    assert [str(problem) for problem in problems_of(error.value, Town, lines, "m.yaml")] == said


def test_suggestions() -> None:
    assert suggestion("forwrd", ["forward", "draft"]) == ", возможно «forward»?"
    assert suggestion("совсем не то", ["forward", "draft"]) == "; можно: forward, draft"
    assert suggestion("что угодно", []) == ""
