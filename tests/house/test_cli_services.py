"""`check` against a Telegram and a VK: what it says of tokens, of the working group, of an address that is silent."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.check import find_all
from networks.port import Finding
from sandbox.clock import SandboxClock
from sandbox.telegram import TelegramServer, TelegramWorld, User
from sandbox.vk.server import VkServer
from sandbox.vk.world import VkWorld
from storage.books import Books
from storage.migrate import upgrade
from workflow.ports import Letter

TOKEN = "700001:AAsandboxToken"
NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
DEMO = Path(__file__).parents[2] / "config" / "demo" / "municipality.yaml"
FILES = 5
"""Findings about database, file and calendar come before the services'."""


@pytest.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramWorld]:
    world = TelegramWorld(SandboxClock(frozen_at=NOW))
    async with TelegramServer(world) as server:
        monkeypatch.setenv("TELEGRAM_API_URL", server.url)
        monkeypatch.setenv("BOT_TOKEN", TOKEN)
        for name in ("DATABASE_URL", "TELEGRAM_PROXY", "VK_API_URL", "VK_COMMUNITY_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        yield world


def write(folder: Path, group: int | None = None, vk: int | None = None, pages: str = "") -> None:
    text = DEMO.read_text(encoding="utf-8").replace("networks:\n  vk: {group: 1001}\n", "")
    text = text.partition("\npages:")[0] + "\n" + pages
    if group is not None:
        text += f"groups: {{working: {group}}}\n"
    if vk is not None:
        text += f"networks: {{vk: {{group: {vk}}}}}\n"
    (folder / "kursky").mkdir()
    (folder / "kursky" / "municipality.yaml").write_text(text, encoding="utf-8")


async def said(folder: Path) -> list[Finding]:
    return (await find_all(folder, NOW))[FILES:]


@pytest.fixture(autouse=True)
def bot(telegram: TelegramWorld) -> User:
    return telegram.add_bot(token=TOKEN, name="Дежурный", username="dezhurny_bot")


async def test_a_token_and_no_group_yet(telegram: TelegramWorld, tmp_path: Path) -> None:
    write(tmp_path)
    assert await said(tmp_path) == [
        Finding("ok", "Telegram: бот @dezhurny_bot, ключ действует"),
        Finding(
            "warning",
            "рабочей группы ещё нет: добавьте бота в группу администратором, он спросит «Сделать рабочей группой?»",
        ),
    ]


@pytest.mark.parametrize(
    ("admin", "expected"),
    [
        (True, Finding("ok", "рабочая группа «Инцидент-менеджмент»: бот администратор")),
        (
            False,
            Finding(
                "error",
                "в группе «Инцидент-менеджмент» бот не администратор и не услышит ответов; назначьте его",
            ),
        ),
    ],
)
async def test_rights_in_the_group(
    admin: bool, expected: Finding, telegram: TelegramWorld, bot: User, tmp_path: Path
) -> None:
    anna = telegram.add_person("Анна")
    group = telegram.add_group("Инцидент-менеджмент", owner=anna)
    telegram.add_bot_to_group(bot, group, by=anna, admin=admin)
    write(tmp_path, group.id)
    assert (await said(tmp_path))[1] == expected


@pytest.mark.parametrize(("settings", "level"), [("", "warning"), ("pinned_list: false\n", "ok")])
async def test_the_right_to_pin(settings: str, level: str, telegram: TelegramWorld, bot: User, tmp_path: Path) -> None:
    anna = telegram.add_person("Анна")
    group = telegram.add_group("Инцидент-менеджмент", owner=anna)
    telegram.add_bot_to_group(bot, group, by=anna, admin=True)
    telegram.promote(bot, group, lacks=frozenset({"can_pin_messages"}))
    write(tmp_path, group.id, pages=settings)
    found = (await said(tmp_path))[1]
    assert (found.level, "Закрепление сообщений" in found.text) == (level, level == "warning")


async def test_a_group_the_bot_is_not_in(telegram: TelegramWorld, tmp_path: Path) -> None:
    write(tmp_path, -1009999999999)
    assert (await said(tmp_path))[1] == Finding(
        "error", "бота нет в рабочей группе -1009999999999; добавьте его администратором"
    )


def write_discussion(folder: Path, group: int, discussion: int) -> None:
    write(folder, group)
    path = folder / "kursky" / "municipality.yaml"
    text = f"networks: {{telegram: {{channel: glava_okruga, discussion: {discussion}}}}}\n"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize(
    ("admin", "expected"),
    [
        (True, Finding("ok", "группа обсуждения «Обсуждение»: бот администратор")),
        (
            False,
            Finding(
                "error",
                "в группе обсуждения «Обсуждение» бот не администратор и не услышит комментариев; назначьте его",
            ),
        ),
        (
            None,
            Finding(
                "error",
                "бота нет в группе обсуждения NUMBER (networks.telegram.discussion): комментарии жителей не придут; "
                "добавьте его туда администратором",
            ),
        ),
    ],
)
async def test_rights_in_the_discussion_of_the_channel(
    admin: bool | None, expected: Finding, telegram: TelegramWorld, bot: User, tmp_path: Path
) -> None:
    anna = telegram.add_person("Анна")
    working, discussion = (
        telegram.add_group("Инцидент-менеджмент", owner=anna),
        telegram.add_group("Обсуждение", owner=anna),
    )
    telegram.add_bot_to_group(bot, working, by=anna, admin=True)
    if admin is not None:
        telegram.add_bot_to_group(bot, discussion, by=anna, admin=admin)
    write_discussion(tmp_path, working.id, discussion.id)
    wanted = Finding(expected.level, expected.text.replace("NUMBER", str(discussion.id)))
    assert (await said(tmp_path))[2:] == [wanted]


CHANNEL_PAGE = "pages:\n  - {network: telegram, address: t.me/okrug_admin, whose: administration, title: Канал}\n"
ALL_GIVEN = "канал @okrug_admin: бот может публиковать"
NOT_THERE = (
    "канал @okrug_admin: бот там не администратор, материалы там опубликует человек. "
    "Назначить: управление каналом → Администраторы → Добавить, «Публикация сообщений»"
)
NOT_GIVEN = (
    "канал @okrug_admin: у бота нет права «Публикация сообщений», материалы там опубликует человек. "
    "Дать его: управление каналом → Администраторы → бот"
)


@pytest.mark.parametrize(
    ("lacks", "expected"),
    [
        (None, Finding("warning", NOT_THERE)),
        (frozenset({"can_post_messages"}), Finding("warning", NOT_GIVEN)),
        (frozenset(), Finding("ok", ALL_GIVEN)),
    ],
)
async def test_whether_the_bot_may_publish_in_a_channel(
    lacks: frozenset[str] | None, expected: Finding, telegram: TelegramWorld, bot: User, tmp_path: Path
) -> None:
    anna = telegram.add_person("Анна")
    channel = telegram.add_channel("Канал администрации", owner=anna, username="okrug_admin")
    if lacks is not None:
        telegram.appoint(bot, channel, lacks)
    write(tmp_path, pages=CHANNEL_PAGE)
    assert (await said(tmp_path))[2:] == [expected]


async def test_what_moderation_needs_in_the_discussion_group(
    telegram: TelegramWorld, bot: User, tmp_path: Path
) -> None:
    anna = telegram.add_person("Анна")
    working, discussion, other = (telegram.add_group(name, owner=anna) for name in ("Группа", "Обсуждение", "Другая"))
    telegram.add_channel("Глава", owner=anna, username="glava_okruga", discussion=other)
    telegram.add_bot_to_group(bot, working, by=anna, admin=True)
    telegram.add_bot_to_group(bot, discussion, by=anna, admin=True)
    telegram.promote(bot, discussion, lacks=frozenset({"can_delete_messages", "can_restrict_members"}))
    write_discussion(tmp_path, working.id, discussion.id)
    path = tmp_path / "kursky" / "municipality.yaml"
    text = path.read_text(encoding="utf-8").replace("regulation: kursky", "regulation: primorsko-akhtarsky")
    path.write_text(text, encoding="utf-8")
    group, where = "группа обсуждения «Обсуждение»", "Дать его: управление группой → Администраторы → бот"
    assert (await said(tmp_path))[-4:] == [
        Finding("ok", f"{group}: бот администратор"),
        Finding(
            "warning",
            f"{group}: у бота нет права «Удаление сообщений», удалять комментарии придётся вручную. {where}",
        ),
        Finding(
            "warning",
            f"{group}: у бота нет права «Блокировка участников», закрывать доступ авторам придётся вручную. {where}",
        ),
        Finding(
            "warning",
            "у канала @glava_okruga группа обсуждения другая или её нет, комментарии под его записями не придут. "
            "Привязать: настройки канала → Обсуждение",
        ),
    ]


async def test_a_token_that_is_refused(
    telegram: TelegramWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    monkeypatch.setenv("BOT_TOKEN", "700002:AAwrong")
    assert await said(tmp_path) == [Finding("error", "Telegram не принимает BOT_TOKEN; возьмите новый у @BotFather")]


async def test_a_telegram_that_is_silent(
    telegram: TelegramWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
    (finding,) = await said(tmp_path)
    assert (finding.level, finding.text.split("(")[0], finding.text.split(")")[1]) == (
        "error",
        "Telegram не отвечает ",
        "; если он закрыт, задайте TELEGRAM_PROXY",
    )


async def test_vk_is_asked_where_it_is_named(
    telegram: TelegramWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vk = VkWorld(SandboxClock(frozen_at=NOW))
    vk.add_community("Администрация округа", group_id=1001, community_token="vk1.a.c", screen_name="okrug")
    server = VkServer(vk)
    await server.start()
    try:
        monkeypatch.setenv("VK_API_URL", server.url)
        monkeypatch.setenv("VK_COMMUNITY_TOKEN", "vk1.a.c")
        write(tmp_path, vk=1001)
        found = (await said(tmp_path))[2:]
    finally:
        await server.stop()
    assert found[0] == Finding("ok", "ВКонтакте: сообщество «Администрация округа», ключ действует.")
    assert [finding.level for finding in found if finding.level == "error"] == []


async def test_vk_without_a_token(telegram: TelegramWorld, tmp_path: Path) -> None:
    write(tmp_path, vk=1001)
    assert (await said(tmp_path))[2:] == [Finding("warning", "VK_COMMUNITY_TOKEN нет в .env: ВКонтакте не проверен")]


async def test_behind_a_dead_proxy_one_line_says_what_to_look_at(
    telegram: TelegramWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for scheme, name in (("socks5", "ProxyConnectionError"), ("http", "ClientProxyConnectionError")):
        monkeypatch.setenv("TELEGRAM_PROXY", f"{scheme}://127.0.0.1:{port}")
        words = f"Telegram не отвечает ({name}); проверьте TELEGRAM_PROXY"
        assert (await said(tmp_path))[0] == Finding("error", words)


async def test_what_waits_in_the_outbox_and_what_was_given_up_is_said(telegram: TelegramWorld, tmp_path: Path) -> None:
    write(tmp_path)
    url = f"sqlite:///{tmp_path / 'dezhurny.db'}"
    await upgrade(url)
    books = Books(url)
    async with books.write("kursky") as tx:
        await tx.outbox.put([Letter("say", "group", 0) for _ in range(3)], NOW - timedelta(minutes=75))
        await tx.outbox.change(1, state="given_up")
    await books.close()
    assert (await said(tmp_path))[:2] == [
        Finding("warning", "kursky: не отправлено 2 сообщения, дольше всего ждёт 1 час 15 минут"),
        Finding("warning", "kursky: за неделю не дошло 1 сообщение, куратор видит их в /mine"),
    ]
