"""`why`: where the terms of a case come from, read off the database as a deputy head would read it; and how mistakes end."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from config import regulations
from config.municipality import build_office, load
from storage import migrate
from storage.books import Books
from workflow.case import Appeal, Case
from workflow.commands import Accept, AnyCommand, CloseWithoutPosting, Detect, Forward, SubmitDraft
from workflow.decide import decide
from workflow.effects import Effect
from workflow.office import DETECTOR, Actor, Office
from workflow.outcomes import Accepted
from workflow.regulation import Source

CURATOR, ZHKH = Actor(("curator",), 1), Actor(("zhkh_head",), 2)
SECRET = "Третий день нет воды, стыдно"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Kursky's folder with case 1: forwarded late, its draft later still, then closed without an answer."""
    assert run("init", tmp_path, "--regulation", "kursky").exit_code == 0
    asyncio.run(_fill(tmp_path))
    return tmp_path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def printed(*words: object) -> list[str]:
    """The lines, without the year of the case: it is named in every year but its own."""
    result = run("why", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return re.sub(r" 2026 года", "", result.stdout).splitlines()


def refused(*words: object) -> str:
    result = run("why", *words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    return result.stderr.strip()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of January 2026; the 12th is a Monday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)


async def _fill(folder: Path) -> None:
    municipality = load(folder / "kursky" / "municipality.yaml", (folder,))
    office = build_office(municipality)
    url = f"sqlite:///{folder}/dezhurny.db"
    await migrate.upgrade(url)
    books = Books(url)
    appeal = Appeal(Source.VK, SECRET, "Житель", at(9, 9))
    async with books.write("kursky") as tx:
        text = regulations.find("kursky").read_text(encoding="utf-8")
        await tx.keep_edition(office.regulation.text_hash, "kursky", text, at(12, 9))
        case: Case | None = None
        for moment, command in (
            (at(12, 16), Detect(DETECTOR, 1, "kursky", 1, appeal, at(12, 16), location="Школьная, 5")),
            (at(13, 9, 30), Forward(CURATOR, 1, ("zhkh",))),
            (at(13, 9, 40), Accept(ZHKH, 1)),
            (at(14, 9), SubmitDraft(ZHKH, 1, "Вода будет сегодня до 20:00, приносим извинения.")),
            (at(14, 9, 20), CloseWithoutPosting(CURATOR, 1, "by_mistake")),
        ):
            decision = _decided(case, command, office, moment)
            assert await tx.save(case, decision.after, decision.entry)
            case = decision.after
    await books.close()


def _decided(case: Case | None, command: AnyCommand, office: Office, now: datetime) -> Accepted[Case, Effect]:
    decision = decide(case, command, office, now)
    assert isinstance(decision, Accepted), decision
    return decision


TITLE = [
    "№ 1 · Школьная, 5 · закрыто без ответа",
    "Положение об организации работы в администрации Курского муниципального округа Ставропольского края"
    " с сообщениями из открытых источников, № 18 от 12 января 2023 года",
    "",
]
DRAFT = [
    "⚠️ Проект ответа: срок был вт 13 января, 11:00, сделано ср 14 января, 9:00, позже на 6 часов",
    "За 5 рабочих часов до ответа жителю (вт 13 января, 17:00), пункт 11.",
    "Считается: вт 13 января 11:00–13:00 (2 ч), 14:00–17:00 (3 ч), всего 5 ч.",
    "Не считается: вт 13 января 13:00–14:00, обед.",
    "Отвечает Отдел ЖКХ. Срок вышел, когда сообщение было у Отдела ЖКХ.",
]


def test_ku_11_one_step_is_explained_line_by_line(folder: Path) -> None:
    for step in (["draft"], ["проект"], ["проект ответа"], ["Проект", "ответа"]):
        assert printed(1, *step, "--config", folder) == TITLE + DRAFT


def test_without_a_step_every_step_that_ran_is_explained(folder: Path) -> None:
    assert printed("№ 1", "--config", folder) == [
        *TITLE,
        "⚠️ Направление исполнителю: срок был пн 12 января, 17:00, сделано вт 13 января, 9:30, позже на 1 час 30 минут",
        "1 час рабочего времени с выявления, пн 12 января, 16:00 (пункт 8, подпункт 2).",
        "Считается: пн 12 января 16:00–17:00 (1 ч).",
        "Отвечает куратор.",
        "",
        "Возврат, Отдел ЖКХ: можно было вт 13 января до 10:00, решено вт 13 января, 9:40",
        "30 минут рабочего времени с направления исполнителю, вт 13 января, 9:30 (пункт 9).",
        "Считается: вт 13 января 9:30–10:00 (30 мин).",
        "Это право, не обязанность (Отдел ЖКХ): нарушения здесь не бывает.",
        "",
        *DRAFT,
        "",
        "Согласование: ср 14 января до 9:30, снято ср 14 января, 9:20",
        "30 минут рабочего времени с поступления проекта ответа, ср 14 января, 9:00 (пункты 12, 13).",
        "Считается: ср 14 января 9:00–9:30 (30 мин).",
        "Отвечает куратор.",
        "",
        "⚠️ Ответ: срок был вт 13 января, 17:00, не сделано, просрочено на 1 час 20 минут; снято ср 14 января, 9:20",
        "9 часов рабочего времени с выявления, пн 12 января, 16:00 (пункт 10).",
        "Считается: пн 12 января 16:00–18:00 (2 ч), вт 13 января 9:00–13:00 (4 ч), 14:00–17:00 (3 ч), всего 9 ч.",
        "Не считается: пн 12 января 18:00 – вт 13 января 9:00, ночь; вт 13 января 13:00–14:00, обед.",
        "Отвечает куратор.",
        "Как прочитан пункт: «С момента получения сообщения» значит получения отделом, то есть выявления.",
    ]


def test_nothing_the_citizen_wrote_is_printed(folder: Path) -> None:
    assert SECRET not in "\n".join(printed(1, "--config", folder))


def test_a_case_is_explained_by_the_edition_it_was_opened_under(folder: Path) -> None:
    text = regulations.find("kursky").read_text(encoding="utf-8")
    (folder / "kursky.yaml").write_text(text.replace("within: 5 часов", "within: 2 часа"), encoding="utf-8")
    changed = load(folder / "kursky" / "municipality.yaml", (folder / "kursky", folder)).regulation
    assert changed.text_hash != regulations.load(regulations.find("kursky")).text_hash
    assert printed(1, "draft", "--config", folder) == TITLE + DRAFT


def test_a_step_that_has_not_begun_says_so(folder: Path) -> None:
    assert printed(1, "rework", "--config", folder) == [
        *TITLE,
        "Шаг «доработка» по этому сообщению ещё не начинался.",
    ]


def test_mistakes_are_one_line(folder: Path) -> None:
    assert refused(17, "--config", folder) == "нет сообщения № 17"
    assert refused("abc", "--config", folder) == "CASE: нужен номер сообщения, например 17, стоит «abc»"
    assert refused("²", "--config", folder) == "CASE: нужен номер сообщения, например 17, стоит «²»"
    assert refused(1, "draught", "--config", folder) == (
        "нет шага «draught»; можно: forward, return, contribution, contribution_approval, joint_draft, draft, approval, "
        "rework, posting, answer, final"
    )
    assert refused(1, "joint_draft", "--config", folder) == (
        "по регламенту, под которым заведено № 1, такого шага нет; есть: направление исполнителю, возврат, "
        "сведения соисполнителя, проверка сведений, проект ответа, согласование, доработка, размещение, ответ, "
        "окончательный ответ"
    )
    assert refused(1, "--config", folder / "nowhere") == f"нет папки {folder / 'nowhere'}"
    assert refused(1, "--config", folder, "--municipality", "x").startswith("нет муниципалитета «x»")
    assert refused("--config", folder).startswith("не хватает CASE")
