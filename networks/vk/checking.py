"""Ask VK what a community's tokens and settings allow. Findings are in the operator's language; nothing is changed."""

from __future__ import annotations

from typing import Any

from networks.port import Finding
from networks.vk.watching import Watched
from networks.vk.wire import Answered, Lane, Refused, Reply

NEEDED_EVENTS = {
    "wall_reply_new": "комментарии на стене",
    "wall_post_new": "записи на стене",
    "message_new": "личные сообщения",
}
MORE_EVENTS = {
    "wall_reply_edit": "правки комментариев",
    "wall_reply_delete": "удаления комментариев",
    "wall_reply_restore": "возвращённые комментарии",
    "photo_comment_new": "комментарии к фотографиям",
    "video_comment_new": "комментарии к видео",
    "board_post_new": "сообщения в обсуждениях",
    "message_reply": "личные ответы, данные вручную",
    "message_edit": "правки личных сообщений",
}
RIGHTS = {
    "wall": "стена: без него нельзя отвечать в комментариях",
    "messages": "сообщения: без него нельзя отвечать в личных сообщениях",
    "docs": "файлы: без него нельзя приложить фото к ответу под записью",
    "photos": "фотографии: без него нельзя приложить фото в личном сообщении",
}


def said(reply: Reply) -> str:
    """Why a call has no usable answer, in a few words for the operator."""
    if isinstance(reply, Refused):
        return "ключ недействителен" if reply.code == 5 else f"ошибка {reply.code}"
    return "непонятный ответ" if isinstance(reply, Answered) else f"нет ответа ({reply.detail})"


async def check_community(lane: Lane, group_id: int, *, callback: bool = False) -> list[Finding]:
    """Check the community's token (its owner and rights) and, unless VK uses the Callback API, the long poll's
    settings. Return findings for the operator."""
    reply = await lane.call("groups.getById")
    if not isinstance(reply, Answered):
        return [Finding("error", f"ВКонтакте, ключ сообщества: {said(reply)}.")]
    groups = reply.value.get("groups") if isinstance(reply.value, dict) else reply.value
    own = groups[0] if isinstance(groups, list) and groups else {}
    if own.get("id") != group_id:
        return [
            Finding("error", f"ВКонтакте: ключ выдан сообществу {own.get('id')}, а в настройках указано {group_id}.")
        ]
    findings = [Finding("ok", f"ВКонтакте: сообщество «{own.get('name', group_id)}», ключ действует.")]
    findings += _rights(await lane.call("groups.getTokenPermissions"))
    if callback:
        findings.append(CALLBACK)
    else:
        findings += _events(await lane.call("groups.getLongPollSettings", group_id=group_id))
    return findings


def _rights(reply: Reply) -> list[Finding]:
    if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
        return [Finding("warning", f"ВКонтакте: права ключа узнать не удалось: {said(reply)}.")]
    listed = reply.value.get("permissions") or reply.value.get("settings") or []
    names = {str(item.get("name")) for item in listed if isinstance(item, dict)}
    if "manage" not in names:
        lost = [
            Finding("error", "ВКонтакте: у ключа нет права «управление сообществом», без него не приходят события.")
        ]
    else:
        lost = []
    return lost + [
        Finding("warning", f"ВКонтакте: у ключа нет права «{text.split(':')[0]}»:{text.split(':')[1]}.")
        for name, text in RIGHTS.items()
        if name not in names
    ]


def _events(reply: Reply) -> list[Finding]:
    if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
        return [Finding("error", f"ВКонтакте: настройки Long Poll API узнать не удалось: {said(reply)}.")]
    where = "в управлении сообществом: Работа с API → Long Poll API"
    if not reply.value.get("is_enabled"):
        return [Finding("error", f"ВКонтакте: Long Poll API выключен. Включите его {where}.")]
    events: Any = reply.value.get("events") or {}
    missing = [words for name, words in NEEDED_EVENTS.items() if not events.get(name)]
    if missing:
        return [Finding("error", f"ВКонтакте: не приходят {', '.join(missing)}. Отметьте эти события {where}.")]
    less = [words for name, words in MORE_EVENTS.items() if not events.get(name)]
    found = [Finding("ok", "ВКонтакте: комментарии, записи и личные сообщения приходят.")]
    if less:
        found.append(Finding("warning", f"ВКонтакте: не приходят {', '.join(less)}. Отметить их можно {where}."))
    return found


async def check_reader(lane: Lane, group_id: int, which: str) -> Finding:
    """Check that a service or user token can read the community's wall. `which`: the token's name for the operator.
    Return one finding."""
    reply = await lane.call("wall.get", owner_id=-group_id, count=1)
    if isinstance(reply, Answered):
        return Finding("ok", f"ВКонтакте, {which}: стена и комментарии читаются.")
    return Finding("error", f"ВКонтакте, {which}: стену прочитать не удалось: {said(reply)}.")


async def check_wall(lane: Lane | None, watched: Watched) -> Finding:
    """Check that another community's wall, which is watched, can be read. Return one finding for the operator."""
    if lane is None:
        return Finding("error", f"ВКонтакте: «{watched.name}» не читается, нужен сервисный ключ.")
    where = {"owner_id": watched.wall} if isinstance(watched.wall, int) else {"domain": watched.wall}
    reply = await lane.call("wall.get", count=1, **where)
    if isinstance(reply, Answered):
        return Finding("ok", f"ВКонтакте: «{watched.name}» читается.")
    return Finding("error", f"ВКонтакте: «{watched.name}» прочитать не удалось: {said(reply)}.")


CALLBACK = Finding("ok", "ВКонтакте: события приносит Callback API, Long Poll не нужен.")
NO_USER = Finding(
    "warning",
    "ВКонтакте: нет ключа пользователя. Без него на комментарии под фото и видео, в обсуждениях и на чужих стенах "
    "отвечают вручную, фото к ответу под записью уходит файлом, упоминания на чужих страницах не видны, "
    "удалять комментарии и блокировать авторов нельзя, материалы на стене публикуют люди.",
)
NO_READER = Finding(
    "warning",
    "ВКонтакте: нет сервисного ключа. Без него не прочитать сообщение по ссылке, не наверстать пропущенное "
    "и не узнать, вышел ли ответ, если связь прервалась: проверять придётся куратору.",
)
