"""The registry of official pages in private: entered, filled in by buttons and words, consented to, reminded of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from sandbox.telegram.model import Message
from storage.official_pages import OfficialPages
from tests.stories.town import KEY, Person, Town
from workflow.official.page import OfficialPage, PageState

HEAD = "  head: {role: head, name: Глава района}\n"
EDITOR = "  adviser: {role: editor, name: Советник главы}\n"
PEOPLE = {"head": "Глава", "adviser": "Советник"}


@pytest.fixture
async def moskalenki(town_with: Callable[..., Awaitable[Town]]) -> Town:
    """Moskalensky with a head and an adviser who keeps the pages."""
    return await town_with(PEOPLE, regulation="moskalensky", people=HEAD + EDITOR)


async def kept(town: Town, number: int = 1) -> OfficialPage:
    async with town.books.write(KEY) as tx:
        found = await OfficialPages(tx).get(number)
    assert found is not None
    return found


async def history(town: Town, number: int = 1) -> list[tuple[str, str, str | None]]:
    async with town.books.write(KEY) as tx:
        lines = await OfficialPages(tx).history(number, 50)
    return [(line["action"], line["who"], line["to_state"]) for line in lines]


def captions(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


async def enters(person: Person, address: str, whose: str, unit: str = "") -> Message:
    """Through the whole of the questions."""
    await person.writes("/pages")
    person.looks_at_everything()
    await person.presses("Внести страницу")
    await person.replies(person.sees("Какую страницу внести?"), address)
    await person.presses(whose, person.sees("чья это страница?"))
    if unit:
        await person.presses(unit, person.sees("какого подразделения?"))
    return person.sees("Страница № ")


async def test_ku_5_a_page_is_entered_by_buttons_and_shows_what_is_missing(town: Town) -> None:
    page = await enters(town.curator, "https://m.vk.com/Okrug_Admin?from=search", "Администрация")
    assert "vk.com/okrug_admin" in page.text.replace("\u2060", "")
    assert "Не хватает по регламенту:\n• название (пункт 5)" in page.text
    assert captions(page) == ["Ввести в действие", "Заполнить…", "История", "Закрыть страницу…"]
    await town.curator.presses("Заполнить…", page)
    await town.curator.presses("Название", page)
    await town.curator.replies(town.curator.sees("Страница № 1, название"), "Администрация округа")
    town.curator.sees("Записано: название.")
    page = town.curator.can_see("✅ Всё, что требует регламент, есть.")
    await town.curator.presses("Назад", page)
    assert await town.curator.presses("Ввести в действие", page) == "Страница № 1 действует."
    town.curator.looks_at_everything()
    assert (await kept(town)).state is PageState.IN_FORCE


async def test_iz_3_iz_5_what_a_page_lacks_is_named_with_its_clause(town: Town) -> None:
    page = await enters(town.curator, "vk.com/okrug_admin", "Администрация")
    assert page.text.partition("Не хватает по регламенту:\n")[2].splitlines()[:4] == [
        "• ответственный (пункт 3)",
        "• описание (пункт 5)",
        "• оформление (пункт 5)",
        "• форматы (пункт 5)",
    ]
    town.curator.looks_at_everything()


async def test_mo_a2_2_mo_a2_4_a_units_page_needs_consent_agreement_and_its_leaders_decision(moskalenki: Town) -> None:
    town, head, adviser = moskalenki, moskalenki.person("head"), moskalenki.person("adviser")
    page = await enters(town.zhkh, "t.me/zhkh_okrug", "Подразделение", "Отдел ЖКХ")
    assert "Состояние: запрошена, ещё не действует" in page.text
    asked = head.sees("Нужно ваше согласие.")
    assert captions(asked) == ["Согласовать", "Отказать…", "История"]
    agreed = adviser.sees("Нужно согласование советника.")
    assert captions(agreed) == ["Согласовать (советник)", "Заполнить…", "История", "Закрыть страницу…"]
    await adviser.presses("Согласовать (советник)", agreed)
    assert (await kept(town)).state is PageState.REQUESTED
    assert await head.presses("Согласовать", asked) == "Вы согласовали страницу № 1."
    assert (await kept(town)).state is PageState.CONSENTED
    town.zhkh.sees("Страница согласована.")
    ready = adviser.sees("Страница согласована.")
    assert "Сначала нужно решение руководителя" in await adviser.presses("Ввести в действие", ready)
    await adviser.presses("Заполнить…", ready)
    await adviser.presses("Решение о создании", ready)
    await adviser.replies(adviser.sees("Страница № 1, решение"), "Приказ от 12.01.2026 № 3")
    adviser.sees("Записано: решение")
    await adviser.presses("Назад", ready)
    await adviser.presses("Ввести в действие", ready)
    town.zhkh.sees("Страница введена в действие.")
    assert await history(town) == [
        ("request", "zhkh_head", "requested"),
        ("agree", "adviser", "requested"),
        ("consent", "head", "consented"),
        ("fill", "adviser", "consented"),
        ("put_in_force", "adviser", "in_force"),
    ]
    for person in (head, adviser, town.zhkh):
        person.looks_at_everything()


async def test_mo_a2_2_the_head_may_decline_with_a_reason_that_the_unit_hears(moskalenki: Town) -> None:
    town, head = moskalenki, moskalenki.person("head")
    await enters(town.zhkh, "t.me/zhkh_okrug", "Подразделение", "Отдел ЖКХ")
    await head.presses("Отказать…", head.sees("Нужно ваше согласие."))
    await head.replies(head.sees("почему отказываете?"), "Хватит страницы администрации")
    assert "Хватит страницы администрации" in town.zhkh.sees("В создании страницы отказано").text
    assert (await kept(town)).state is PageState.CLOSED
    for key in ("head", "adviser"):
        town.person(key).looks_at_everything()


async def test_two_pages_with_one_address_are_refused_in_words_and_nothing_is_lost(town: Town) -> None:
    await enters(town.curator, "vk.com/okrug_admin", "Администрация")
    await town.curator.writes("/pages")
    await town.curator.presses("Внести страницу", town.curator.sees("1 официальная страница"))
    await town.curator.replies(town.curator.sees("Какую страницу внести?"), "https://vk.ru/okrug_admin/")
    question = town.curator.sees("чья это страница?")
    assert await town.curator.presses("Администрация", question) == (
        "Такой адрес уже у страницы № 1. Откройте её командой /pages."
    )
    async with town.books.write(KEY) as tx:
        assert len(await OfficialPages(tx).every()) == 1


@pytest.mark.parametrize(
    "secret", ["пароль: Okrug2026", "пароль qwerty", "парoль: qwerty", "vk1.a.0123456789abcdef", "Zx81Qp70Lm"]
)
async def test_mo_a2_5_pa_1_5_a_password_is_refused_and_stays_nowhere(town: Town, secret: str) -> None:
    page = await enters(town.curator, "vk.com/okrug_admin", "Администрация")
    await town.curator.presses("Заполнить…", page)
    await town.curator.presses("У кого доступ", page)
    question = town.curator.sees("Только должности или имена")
    await town.curator.replies(question, secret)
    town.curator.sees("Похоже на пароль или ключ. Я его не записал.")
    assert secret not in await town.everything_kept()
    await town.curator.replies(question, "Куратор, главный специалист")
    town.curator.sees("Записано: у кого доступ.")
    assert (await kept(town)).access == "Куратор, главный специалист"
    town.curator.looks_at_everything()


async def test_mo_a2_11_iz_5_formats_design_and_two_factor_are_buttons(town: Town) -> None:
    page = await enters(town.curator, "vk.com/okrug_admin", "Администрация")
    await town.curator.presses("Заполнить…", page)
    await town.curator.presses("Форматы", page)
    for one in ("Фото", "Видео", "Опросы"):
        await town.curator.presses(one, page)
    await town.curator.presses("✓ Видео", page)
    await town.curator.presses("Назад", page)
    await town.curator.presses("Заполнить…", page)
    await town.curator.presses("Двухфакторный вход", page)
    await town.curator.presses("Есть", page)
    found = await kept(town)
    assert (found.formats, found.two_factor, found.design) == (("photo", "polls"), True, None)


async def test_mo_a2_5_a_check_older_than_a_quarter_is_reminded_of_once(moskalenki: Town) -> None:
    town, adviser = moskalenki, moskalenki.person("adviser")
    page = await enters(adviser, "vk.com/okrug_admin", "Администрация")
    await adviser.presses("Ввести в действие", page)
    await adviser.presses("Заполнить…", page)
    await adviser.presses("Проверка защиты", page)
    await adviser.presses("Сегодня", adviser.sees("когда последний раз проверяли"))
    adviser.looks_at_everything()
    await town.to("2026-04-12T12:00")
    await town.to("2026-04-13T08:59")
    adviser.hears_nothing()
    await town.to("2026-04-13T09:00")
    reminder = adviser.sees("Защиту страницы последний раз проверяли 12 января.")
    await town.to("2026-04-14T12:00")
    adviser.hears_nothing()
    await adviser.presses("Заполнить…", reminder)
    await adviser.presses("✓ Проверка защиты", reminder)
    await adviser.replies(adviser.sees("когда последний раз проверяли"), "вчера")
    adviser.looks_at_everything()
    assert (await kept(town)).checked.isoformat() == "2026-04-13"  # type: ignore[union-attr]
    await town.to("2026-04-15T12:00")
    adviser.hears_nothing()


async def test_who_has_no_right_is_told_whom_to_ask(moskalenki: Town) -> None:
    town, adviser = moskalenki, moskalenki.person("adviser")
    await enters(adviser, "vk.com/okrug_admin", "Администрация")
    await town.deputy.writes("/pages")
    page_list = town.deputy.sees("1 официальная страница")
    assert captions(page_list) == ["№ 1 · администрация"]
    await town.deputy.presses("№ 1 · администрация", page_list)
    assert captions(town.deputy.sees("Страница № 1")) == ["История"]
    await town.roads.writes("/pages")
    await town.roads.presses("Внести страницу", town.roads.sees("1 официальная страница"))
    await town.roads.replies(town.roads.sees("Какую страницу внести?"), "vk.com/other")
    refused = await town.roads.presses("Администрация", town.roads.sees("чья это страница?"))
    assert refused == "Это делает редактор страниц или куратор. Попросите его."


async def test_pages_of_the_file_are_in_the_registry_from_the_first_minute(
    town_with: Callable[..., Awaitable[Town]],
) -> None:
    listed = "\npages:\n  - {network: vk, address: vk.com/okrug, whose: administration, title: Округ}\n"
    town = await town_with(settings=listed)
    await town.curator.writes("/pages")
    assert "№ 1 · ВКонтакте · Округ · действует" in town.curator.sees("1 официальная страница").text
    town.curator.looks_at_everything()
