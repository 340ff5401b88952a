"""The checks that `check` makes at outside services: is the token valid, is the bot an administrator, what may it do
in VK.

A service's module is imported only when it is asked. Nothing is changed there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.cli import connecting
from bot.cli.mistake import Mistake
from bot.messenger_side import Identity, MessengerSide, NotOpened, Right, Rights, Unauthorised
from bot.process.messengers import open_messenger
from config.municipality import Municipality
from config.settings import Secrets, Settings
from networks.port import Finding, Network

SECONDS = 10.0
REFUSED = 403


@dataclass(frozen=True, slots=True)
class Asked:
    """What a probe needs to know. `group`: the working group, from the file or the database, None if there is none;
    `pages`:
    the addresses of the office's pages."""

    municipality: Municipality
    secrets: Secrets
    settings: Settings
    group: int | None
    pages: tuple[str, ...] = ()


class Probe(Protocol):
    async def __call__(self, asked: Asked) -> Sequence[Finding]:
        """Ask one service and return the findings; errors of the service become findings and are not raised."""


async def messenger(asked: Asked) -> Sequence[Finding]:
    """Ask the office's messenger whether it accepts the secret and what the bot may do in its chats and channels;
    return the findings."""
    try:
        side = open_messenger(asked.municipality, asked.secrets, asked.settings, SECONDS)
    except NotOpened as missing:
        of = missing.spoken
        if not missing.looks:
            return [Finding("warning", f"{of.secret} нет в .env: {of.name} не проверен")]
        words = f"{of.secret} не похож на ключ бота; возьмите его у {of.issuer}, {missing.looks}"
        return [Finding("error", words)]
    try:
        return [*await _told(side, asked), *await _pushing(asked)]
    finally:
        await side.close()


async def _pushing(asked: Asked) -> Sequence[Finding]:
    """Findings whether the messenger can push updates to us; none if the file does not ask for that."""
    try:
        url = connecting.messenger_hook(asked.municipality, asked.secrets, asked.settings)
    except Mistake as mistake:
        return [Finding("error", str(mistake))]
    return [await _door(url)] if url is not None else []


async def _door(url: str) -> Finding:
    """A finding whether our web port answers at the public address: it must refuse a request without the secret (403)."""
    import aiohttp

    try:
        limit = aiohttp.ClientTimeout(total=SECONDS)
        async with aiohttp.ClientSession(timeout=limit) as session, session.post(url, json={}) as answer:
            status = answer.status
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        words = f"по адресу {url} никто не отвечает ({type(error).__name__}): мессенджер не доставит сюда сообщений"
        return Finding("error", f"{words}; проверьте PUBLIC_URL, веб-сервер, порт 443 и сертификат")
    if status != REFUSED:
        words = f"по адресу {url} отвечает не бот (ответ {status})"
        return Finding("warning", f"{words}; если бот не запущен, запустите и проверьте ещё раз, иначе веб-сервер")
    return Finding("ok", f"сообщения присылает сам мессенджер, на {url}: бот там отвечает")


async def _told(side: MessengerSide, asked: Asked) -> Sequence[Finding]:
    who, of = await side.identity(), side.spoken
    if isinstance(who, Unauthorised):
        return [Finding("error", f"{of.name} не принимает {of.secret}; возьмите новый у {of.issuer}")]
    if not isinstance(who, Identity):
        return [Finding("error", f"{of.name} не отвечает ({who.detail}); {of.hint}")]
    group = await _group(side, asked.group, pinned=asked.municipality.pinned_list)
    found = [Finding("ok", f"{of.name}: бот @{who.username}, ключ действует"), group]
    moderated = asked.municipality.regulation.moderation is not None
    written, there = asked.municipality.networks.telegram, asked.municipality.networks.max
    if side.key == "telegram" and written is not None and written.discussion is not None:
        found += await _discussion(side, written.discussion, written.channel, moderated=moderated)
    if side.key == "max" and there is not None and there.channel is not None:
        found += await _commented(side, there.channel, moderated=moderated)
    for name in filter(None, map(side.channel_name, asked.pages)):
        found.append(await _channel(side, name))
    return found


async def _group(side: MessengerSide, group: int | None, *, pinned: bool) -> Finding:
    if group is None:
        words = "рабочей группы ещё нет: добавьте бота в группу администратором, он спросит «Сделать рабочей группой?»"
        return Finding("warning", words)
    rights = await side.rights(group)
    if not isinstance(rights, Rights):
        return Finding("error", f"права в рабочей группе {group} узнать не удалось, повторите позже")
    if not rights.here:
        return Finding("error", f"бота нет в рабочей группе {group}; добавьте его администратором")
    if not rights.admin:
        return Finding("error", f"в группе «{rights.title}» бот не администратор и не услышит ответов; назначьте его")
    for right, without in SPEAKING.items():
        if right in rights.lacks:
            return Finding(
                "error", f"в группе «{rights.title}» у бота-администратора нет права {without}. Дать его: {WHERE}"
            )
    if pinned and Right.PIN in rights.lacks:
        words = (
            f"рабочая группа «{rights.title}»: у бота нет права «Закрепление сообщений», список открытых не закрепится"
        )
        return Finding("warning", f"{words}. Дать его: {WHERE}")
    return Finding("ok", f"рабочая группа «{rights.title}»: бот администратор")


SPEAKING = {
    Right.HEAR: "«Читать все сообщения», он не услышит ответов",
    Right.PUBLISH: "«Писать», он не пришлёт карточек",
}
"""The rights without which an administrator bot is of no use in the working group, with the words for the operator."""
RIGHTS = {
    Right.DELETE: ("«Удаление сообщений»", "удалять комментарии придётся вручную"),
    Right.BAN: ("«Блокировка участников»", "закрывать доступ авторам придётся вручную"),
}
WHERE = "управление группой → Администраторы → бот"


async def _discussion(side: MessengerSide, chat: int, channel: str | None, *, moderated: bool) -> list[Finding]:
    """Findings about the channel's discussion group: whether the bot is an administrator and so sees the comments; the
    rights that moderation needs; whether the group belongs to that channel."""
    first = await _hears_comments(side, chat)
    rights = await side.rights(chat)
    if first.level == "error" or not isinstance(rights, Rights):
        return [first]
    found = [first]
    for right, (named, without) in RIGHTS.items():
        if moderated and right in rights.lacks:
            words = f"группа обсуждения «{rights.title}»: у бота нет права {named}, {without}. Дать его: {WHERE}"
            found.append(Finding("warning", words))
    name = (channel or "").removeprefix("@")
    above = await side.rights(name) if name else None
    if isinstance(above, Rights) and above.title and above.linked != chat:
        words = f"у канала @{name} группа обсуждения другая или её нет, комментарии под его записями не придут"
        found.append(Finding("warning", f"{words}. Привязать: настройки канала → Обсуждение"))
    return found


async def _commented(side: MessengerSide, channel: int, *, moderated: bool) -> list[Finding]:
    """Findings about a channel in which citizens comment directly under the posts: whether the bot reads the comments
    and has the rights it needs."""
    where = f"networks.max.channel: {channel}"
    rights = await side.rights(channel)
    if not isinstance(rights, Rights):
        return [Finding("error", f"{where}: права узнать не удалось, повторите позже")]
    if not rights.here or not rights.is_channel:
        words = (
            "бота там нет, комментарии не придут; добавьте его администратором" if not rights.here else "это не канал"
        )
        return [Finding("error", f"{where}: {words}")]
    named = f"канал «{rights.title}»"
    if not rights.admin or Right.HEAR in rights.lacks:
        words = "бот не администратор с правом «Читать все сообщения» и не услышит комментариев"
        return [Finding("error", f"{named}: {words}; назначьте его")]
    lacking = [words for right, words in COMMENTING.items() if right in rights.lacks]
    lacking += [f"{r}, {words}" for right, (r, words) in RIGHTS.items() if moderated and right in rights.lacks]
    found = [Finding("warning", f"{named}: у бота нет права {words}") for words in lacking]
    return found or [Finding("ok", f"{named}: бот слышит комментарии и может отвечать")]


COMMENTING = {Right.PUBLISH: "«Писать», отвечать на комментарии придётся вручную"}


async def _channel(side: MessengerSide, name: str) -> Finding:
    """A finding whether the bot may publish in the office's channel; if not, a person publishes there."""
    rights = await side.rights(name)
    if not isinstance(rights, Rights):
        return Finding("warning", f"права в канале @{name} узнать не удалось, повторите позже")
    by_hand = "материалы там опубликует человек"
    if not rights.here or not rights.admin:
        words = f"канал @{name}: бот там не администратор, {by_hand}"
        return Finding(
            "warning", f"{words}. Назначить: управление каналом → Администраторы → Добавить, «Публикация сообщений»"
        )
    if Right.PUBLISH in rights.lacks:
        words = f"канал @{name}: у бота нет права «Публикация сообщений», {by_hand}"
        return Finding("warning", f"{words}. Дать его: управление каналом → Администраторы → бот")
    return Finding("ok", f"канал @{name}: бот может публиковать")


async def _hears_comments(side: MessengerSide, chat: int) -> Finding:
    rights = await side.rights(chat)
    if not isinstance(rights, Rights):
        return Finding("error", f"права в группе обсуждения {chat} узнать не удалось, повторите позже")
    if rights.is_channel:
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


PROBES: tuple[Probe, ...] = (messenger, vk, ok)
