"""`export-registry`: the registry as a page for the official site and as JSON, from the file and from the database."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from config.municipality import load
from storage import migrate
from storage.books import Books
from storage.official_pages import OfficialPages
from workflow.commands import Entry
from workflow.official.page import OfficialPage, PageAction, PageState
from workflow.official.page_items import PageNetwork, Whose

NOW = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
PAGES = """
pages:
  - network: vk
    address: m.vk.com/Okrug?x=1
    whose: administration
    title: Округ <официально>
    decision: Распоряжение № 12-р
  - {network: telegram, address: "@okrug_glava", whose: head, responsible: curator, formats: [video, photo]}
  - {network: ok, address: ok.ru/group/53000, whose: unit, unit: zhkh}
"""
VOID = {"meta", "br", "link", "img", "hr"}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def folder(tmp_path: Path, under: str) -> Path:
    assert CliRunner().invoke(app, ["init", str(tmp_path), "--regulation", under]).exit_code == 0
    return tmp_path


def lists(folder: Path, text: str = PAGES) -> Path:
    [path] = folder.glob("*/municipality.yaml")
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return path


def run(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["export-registry", str(folder / "site"), "--config", str(folder), *more])


def made(folder: Path) -> tuple[dict[str, Any], str]:
    result = run(folder)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    assert sorted(path.name for path in (folder / "site").iterdir()) == ["index.html", "registry.json"]
    text = (folder / "site" / "registry.json").read_text(encoding="utf-8")
    return json.loads(text), (folder / "site" / "index.html").read_text(encoding="utf-8")


class Checked(HTMLParser):
    """What a validator would stumble over: tags that do not close in order, an id twice, a table without headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_sl_3_ku_5_mo_a2_7_the_registry_names_every_page_with_its_link(folder: Path, under: str) -> None:
    lists(folder)
    found, html = made(folder)
    assert [(page["whose"], page["network"], page["address"], page["unit"]) for page in found["pages"]] == [
        ("head", "telegram", "https://t.me/okrug_glava", ""),
        ("administration", "vk", "https://vk.com/okrug", ""),
        ("unit", "ok", "https://ok.ru/group/53000", "Отдел ЖКХ"),
    ]
    assert found["pages"][0]["formats"] == ["фото", "видео"]
    assert found["pages"][1]["decision"] == "Распоряжение № 12-р"
    assert found["published_by_clause"] == {"slavgorod": "3", "kursky": "5", "moskalensky": "прил. 2, 7"}[under]
    links = [link["href"] for link in Checked(html).of("a")]
    assert links == ["https://t.me/okrug_glava", "https://vk.com/okrug", "https://ok.ru/group/53000"]
    assert "Округ &lt;официально&gt;" in html


def test_mo_a2_7_the_page_is_valid_needs_no_script_and_can_be_read_aloud(folder: Path) -> None:
    lists(folder)
    html = made(folder)[1]
    page = Checked(html)
    assert html.startswith("<!DOCTYPE html>")
    assert page.wrong == []
    assert (page.of("html"), page.of("script"), len(page.of("h1")), len(page.of("title"))) == (
        [{"lang": "ru"}],
        [],
        1,
        1,
    )
    ids = [str(attributes["id"]) for _, attributes in page.tags if "id" in attributes]
    assert (sorted(ids), len(set(ids))) == (["administration", "head", "unit"], 3)
    assert [section["aria-labelledby"] for section in page.of("section")] == ids
    assert {cell.get("scope") for cell in page.of("th")} == {"col", "row"}
    assert len(page.of("caption")) == len(page.of("table")) == 3
    assert "@media print" in html


def test_mo_a2_7_where_cases_are_led_by_another_text_the_registry_cites_its_own(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["init", str(tmp_path), "--regulation", "moskalensky"]).exit_code == 0
    found, html = made(tmp_path)
    path = lists(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "cases: kursky\n", encoding="utf-8")
    led, led_html = made(tmp_path)
    assert led["regulation"] == found["regulation"] == {"key": "moskalensky", "number": "08", "date": "2022-08-26"}
    cited = [line for line in html.splitlines() if line.startswith("<p>Основание: прил. 2, пункт 7 документа «")]
    assert (len(cited), cited[0].endswith("№ 08.</p>"), cited[0] in led_html.splitlines()) == (1, True, True)


def test_a_folder_without_pages_or_database_gives_an_empty_registry(folder: Path) -> None:
    found, html = made(folder)
    assert found["pages"] == []
    assert Checked(html).wrong == []
    assert "Официальных страниц пока нет." in html
    assert not (folder / "dezhurny.db").exists()


SECRET: dict[str, Any] = {
    "responsible": "Ответственный за вход", "access": "Доступ у советника", "checked": date(2025, 12, 1),
    "password_changed": date(2025, 11, 3), "two_factor": True,
}  # fmt: skip


async def _keep(folder: Path, key: str, description: str = "") -> None:
    url = f"sqlite:///{folder / 'dezhurny.db'}"
    await migrate.upgrade(url)
    books = Books(url)
    page = OfficialPage(
        id=1, municipality=key, version=1, state=PageState.IN_FORCE, network=PageNetwork.VK,
        whose=Whose.ADMINISTRATION, address="https://vk.com/okrug", title="Из книги", description=description, **SECRET,
    )  # fmt: skip
    closed = replace(page, id=2, address="https://ok.ru/group/53000", state=PageState.CLOSED)
    waiting = replace(page, id=3, address="https://vk.com/waiting", state=PageState.REQUESTED)
    async with books.write(key) as row:
        for one in (page, closed, waiting):
            await OfficialPages(row).save(one, Entry(PageAction.REQUEST, NOW, "curator", None, None, one.state))
    await books.close()


def test_mo_a2_5_pages_of_the_database_join_and_what_protects_them_stays_inside(folder: Path, under: str) -> None:
    lists(folder)
    asyncio.run(_keep(folder, under))
    found, html = made(folder)
    assert [(page["address"], page["title"]) for page in found["pages"]] == [
        ("https://t.me/okrug_glava", ""),
        ("https://vk.com/okrug", "Из книги"),
    ]
    assert found["pages"][1]["decision"] == "Распоряжение № 12-р"
    whole = json.dumps(found, ensure_ascii=False) + html
    assert [str(value) for value in SECRET.values() if value is not True and str(value) in whole] == []
    assert {"two_factor", "access", "checked", "responsible"}.isdisjoint(found["pages"][1])


def test_mo_a2_5_a_password_kept_by_mistake_is_not_published(folder: Path, under: str) -> None:
    asyncio.run(_keep(folder, under, "пароль qwerty"))
    result = run(folder)
    assert (result.exit_code, result.stdout) == (2, "")
    words = "https://vk.com/okrug: описание: похоже на пароль или ключ, это не публикуется; исправьте в /pages\n"
    assert result.stderr.endswith(words)
    assert not (folder / "site").exists()


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (
            "{network: vk, address: https://vk.ru/okrug/, whose: head}",
            "address: https://vk.com/okrug уже есть в строке {first}; оставьте одну запись",
        ),
        (
            "{network: myspace, address: myspace.com/okrug, whose: head}",
            "network: неизвестное слово «myspace»; можно: vk, ok, telegram, max, rutube, dzen",
        ),
        (
            "{network: ok, address: vk.com/other, whose: head}",
            "address: адрес не из сети ok; поправьте network (похоже, vk) или адрес",
        ),
        (
            "{network: vk, address: vk.com/wall-1_2, whose: head}",
            "address: «vk.com/wall-1_2» не адрес страницы; нужен, например, https://vk.com/okrug",
        ),
        (
            "{network: vk, address: vk.com/roads, whose: unit}",
            "unit: назовите подразделение, чья это страница; можно: zhkh, roads, improvement",
        ),
        (
            "{network: vk, address: vk.com/other, whose: head, description: пароль qwerty}",
            "description: похоже на пароль или ключ; таких вещей в реестре быть не должно, уберите и смените пароль",
        ),
        (
            "{network: vk, address: vk.com/other, whose: head, responsible: romashka77}",
            "responsible: похоже на пароль или ключ; таких вещей в реестре быть не должно, уберите и смените пароль",
        ),
        (
            '{network: vk, address: vk.com/other, whose: head, contacts: "пароль: Лето2026"}',
            "contacts: похоже на пароль или ключ; таких вещей в реестре быть не должно, уберите и смените пароль",
        ),
    ],
)
def test_what_is_wrong_with_a_page_is_said_with_file_and_line(folder: Path, entry: str, complaint: str) -> None:
    path = lists(folder, f"{PAGES}  - {entry}\n")
    text = path.read_text(encoding="utf-8")
    first = next(number for number, line in enumerate(text.splitlines(), 1) if "m.vk.com/Okrug" in line)
    result = run(folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"kursky/municipality.yaml, строка {len(text.splitlines())}: {complaint.format(first=first)}\n"
    )
    assert not (folder / "site").exists()


def test_a_file_in_the_place_of_the_folder_is_left_alone(folder: Path) -> None:
    (folder / "site").write_text("не трогать", encoding="utf-8")
    result = run(folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("это файл, а нужна папка; назовите другую\n")
    assert (folder / "site").read_text(encoding="utf-8") == "не трогать"


def test_the_pages_of_a_file_are_read_where_the_municipality_is(folder: Path) -> None:
    found = load(lists(folder), (folder,)).pages
    assert [(page.id, page.whose, page.state) for page in found] == [
        (1, Whose.ADMINISTRATION, PageState.IN_FORCE),
        (2, Whose.HEAD, PageState.IN_FORCE),
        (3, Whose.UNIT, PageState.IN_FORCE),
    ]
