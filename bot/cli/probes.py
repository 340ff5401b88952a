"""The questions `check` asks outside services: is the token valid, is the bot an administrator, what may it do in VK.

The services' modules are imported only when asked. Nothing is changed there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.cli import connecting
from config.municipality import Municipality
from config.settings import Secrets, Settings
from networks.port import Finding, Network

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The input of a probe. `group` is the working group, from the file or from the database; `channels` are the names
    of the office's Telegram channels.
    """

    municipality: Municipality
    secrets: Secrets
    settings: Settings
    group: int | None
    channels: tuple[str, ...] = ()


class Probe(Protocol):
    async def __call__(self, asked: Asked) -> Sequence[Finding]:
        """The findings about one service; never raises for errors of the service."""


async def telegram(asked: Asked) -> Sequence[Finding]:
    token = asked.secrets.word("bot_token")
    if token is None:
        return [Finding("warning", "BOT_TOKEN нет в .env: Telegram не проверен")]
    number, colon, rest = token.partition(":")
    if not (number.isdigit() and colon and rest) or any(letter.isspace() for letter in token):
        return [Finding("error", "BOT_TOKEN не похож на ключ бота; возьмите его у @BotFather, вид 123456:AA…")]

    from bot.telegram import Identity, Limits, Telegram, Unauthorised

    proxy = asked.settings.telegram_proxy
    messenger = Telegram(
        token,
        asked.settings.telegram_api_url,
        proxy.get_secret_value() if proxy is not None else None,
        Limits(connect=SECONDS, call=SECONDS),
    )
    try:
        who = await messenger.identity()
        if isinstance(who, Unauthorised):
            return [Finding("error", "Telegram не принимает BOT_TOKEN; возьмите новый у @BotFather")]
        if not isinstance(who, Identity):
            way = "проверьте TELEGRAM_PROXY" if proxy is not None else "если он закрыт, задайте TELEGRAM_PROXY"
            return [Finding("error", f"Telegram не отвечает ({who.detail}); {way}")]
        found = [Finding("ok", f"Telegram: бот @{who.username}, ключ действует"), await _group(messenger, asked.group)]
        written = asked.municipality.networks.telegram
        if written is not None and written.discussion is not None:
            moderated = asked.municipality.regulation.moderation is not None
            found += await _discussion(messenger, written.discussion, written.channel, moderated=moderated)
        for name in asked.channels:
            found.append(await _channel(messenger, name))
        return found
    finally:
        await messenger.close()


async def _group(messenger: object, group: int | None) -> Finding:
    from bot.telegram import Rights, Telegram

    assert isinstance(messenger, Telegram)
    if group is None:
        words = "рабочей группы ещё нет: добавьте бота в группу администратором, он спросит «Сделать рабочей группой?»"
        return Finding("warning", words)
    rights = await messenger.rights(group)
    if not isinstance(rights, Rights):
        return Finding("error", f"права в рабочей группе {group} узнать не удалось, повторите позже")
    if not rights.here:
        return Finding("error", f"бота нет в рабочей группе {group}; добавьте его администратором")
    if not rights.admin:
        return Finding("error", f"в группе «{rights.title}» бот не администратор и не услышит ответов; назначьте его")
    return Finding("ok", f"рабочая группа «{rights.title}»: бот администратор")


RIGHTS = {
    "can_delete_messages": ("«Удаление сообщений»", "удалять комментарии придётся вручную"),
    "can_restrict_members": ("«Блокировка участников»", "закрывать доступ авторам придётся вручную"),
}
WHERE = "управление группой → Администраторы → бот"


async def _discussion(messenger: object, chat: int, channel: str | None, *, moderated: bool) -> list[Finding]:
    """Findings about the channel's discussion group: whether the bot is an administrator, and so sees the comments; the
    rights that moderation needs; whether the group belongs to that channel.
    """
    from bot.telegram import Rights, Telegram

    assert isinstance(messenger, Telegram)
    first = await _hears_comments(messenger, chat)
    rights = await messenger.rights(chat)
    if first.level == "error" or not isinstance(rights, Rights):
        return [first]
    found = [first]
    for right, (named, without) in RIGHTS.items():
        if moderated and right in rights.lacks:
            words = f"группа обсуждения «{rights.title}»: у бота нет права {named}, {without}. Дать его: {WHERE}"
            found.append(Finding("warning", words))
    name = (channel or "").removeprefix("@")
    above = await messenger.rights(f"@{name}") if name else None
    if isinstance(above, Rights) and above.title and above.linked != chat:
        words = f"у канала @{name} группа обсуждения другая или её нет, комментарии под его записями не придут"
        found.append(Finding("warning", f"{words}. Привязать: настройки канала → Обсуждение"))
    return found


async def _channel(messenger: object, name: str) -> Finding:
    """Whether the bot may publish in the office's channel; otherwise a person does."""
    from bot.telegram import Rights, Telegram

    assert isinstance(messenger, Telegram)
    rights = await messenger.rights(f"@{name}")
    if not isinstance(rights, Rights):
        return Finding("warning", f"права в канале @{name} узнать не удалось, повторите позже")
    by_hand = "материалы там опубликует человек"
    if not rights.here or not rights.admin:
        words = f"канал @{name}: бот там не администратор, {by_hand}"
        return Finding(
            "warning", f"{words}. Назначить: управление каналом → Администраторы → Добавить, «Публикация сообщений»"
        )
    if "can_post_messages" in rights.lacks:
        words = f"канал @{name}: у бота нет права «Публикация сообщений», {by_hand}"
        return Finding("warning", f"{words}. Дать его: управление каналом → Администраторы → бот")
    return Finding("ok", f"канал @{name}: бот может публиковать")


async def _hears_comments(messenger: object, chat: int) -> Finding:
    from bot.telegram import Rights, Telegram

    assert isinstance(messenger, Telegram)
    rights = await messenger.rights(chat)
    if not isinstance(rights, Rights):
        return Finding("error", f"права в группе обсуждения {chat} узнать не удалось, повторите позже")
    if rights.type == "channel":
        words = "номер самого канала; нужен номер группы обсуждения, привязанной к нему"
        return Finding("error", f"networks.telegram.discussion: {chat} — {words}")
    if not rights.here:
        words = "комментарии жителей не придут; добавьте его туда администратором"
        return Finding("error", f"бота нет в группе обсуждения {chat} (networks.telegram.discussion): {words}")
    if not rights.admin:
        words = "бот не администратор и не услышит комментариев; назначьте его"
        return Finding("error", f"в группе обсуждения «{rights.title}» {words}")
    return Finding("ok", f"группа обсуждения «{rights.title}»: бот администратор")


async def vk(asked: Asked) -> Sequence[Finding]:
    token = asked.secrets.word("vk_community_token")
    entry = asked.municipality.networks.vk
    if entry is None:
        if token is None:
            return []
        return [Finding("warning", "VK_COMMUNITY_TOKEN есть, а networks: vk в файле нет: ВКонтакте не читается")]
    if token is None:
        return [Finding("warning", "VK_COMMUNITY_TOKEN нет в .env: ВКонтакте не проверен")]
    if entry.callback is not None and asked.secrets.word("vk_callback_secret") is None:
        return [Finding("error", "networks.vk.callback задан, а VK_CALLBACK_SECRET нет в .env: события не придут")]
    return await _asked_itself(connecting.vk(asked.municipality, asked.secrets, asked.settings, None))


async def ok(asked: Asked) -> Sequence[Finding]:
    entry = asked.municipality.networks.ok
    if entry is None:
        return []
    if asked.secrets.word("ok_token") is None and asked.secrets.word("ok_access_token") is None:
        return [Finding("warning", "OK_TOKEN и OK_ACCESS_TOKEN нет в .env: Одноклассники не проверены")]
    hooked = asked.settings.public_url is not None and asked.secrets.word("ok_webhook_secret") is not None
    found = await _asked_itself(connecting.ok(asked.municipality, asked.secrets, asked.settings, None))
    if entry.mode == "webhook" and not hooked:
        words = "networks.ok.mode: webhook, а PUBLIC_URL или OK_WEBHOOK_SECRET не заданы: сообщения будут читаться"
        return [*found, Finding("warning", words)]
    return found


async def _asked_itself(network: Network | None) -> Sequence[Finding]:
    if network is None:
        return []
    try:
        return await network.check()
    finally:
        await network.close()


PROBES: tuple[Probe, ...] = (telegram, vk, ok)
