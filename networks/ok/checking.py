"""Ask Одноклассники what a group's keys and settings allow. Findings are in the operator's language; nothing is
changed."""

from __future__ import annotations

from networks.ok.failures import KEYS
from networks.ok.reading import bare
from networks.ok.wire import Answered, Graph, Refused, Reply, Rest
from networks.port import Finding

NO_MESSAGES = Finding(
    "warning",
    "Одноклассники: нет ключа группы (OK_TOKEN), сообщения группы не читаются. "
    "Его выдают в группе: Настройки → Сообщения → Работа с API → Получить ключ доступа.",
)
NO_COMMENTS = Finding(
    "warning",
    "Одноклассники: нет ключей приложения (OK_ACCESS_TOKEN, OK_APP_KEY, OK_SESSION_SECRET), комментарии не читаются.",
)
BY_HAND = Finding(
    "warning",
    "Одноклассники: отвечать на комментарии программам не дают, ответ публикует человек. "
    "Если поддержка выдаст метод, впишите его в networks: ok: post_comments.",
)


def _said(reply: Reply) -> str:
    if isinstance(reply, Refused):
        return "ключ недействителен" if reply.code in KEYS else f"ошибка {reply.code} {reply.name}".rstrip()
    return "непонятный ответ" if isinstance(reply, Answered) else f"нет ответа ({reply.detail})"


async def check_messages(graph: Graph, group_id: int) -> Finding:
    """Check that the group's key works and belongs to this group; return one finding for the operator."""
    reply = await graph.get("me/info")
    if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
        return Finding("error", f"Одноклассники, ключ группы: {_said(reply)}.")
    own = bare(reply.value.get("group_id") or "")
    if own != str(group_id):
        return Finding("error", f"Одноклассники: ключ выдан группе {own or '?'}, а в настройках указана {group_id}.")
    return Finding("ok", f"Одноклассники: группа «{reply.value.get('name') or group_id}», сообщения читаются.")


async def check_subscription(graph: Graph, url: str) -> Finding:
    """Check whether OK is subscribed to send messages to our address `url`; return one finding for the operator."""
    reply = await graph.get("me/subscriptions")
    if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
        return Finding("error", f"Одноклассники, подписка: {_said(reply)}.")
    listed = reply.value.get("subscriptions") or []
    if any(isinstance(one, dict) and one.get("url") == url for one in listed):
        return Finding("ok", "Одноклассники: новые сообщения приходят на адрес бота.")
    return Finding("warning", "Одноклассники: подписки на адрес бота нет, она оформится при запуске.")


async def check_comments(rest: Rest) -> Finding:
    """Check whether the REST session may read the group's discussions; return one finding for the operator."""
    reply = await rest.call("discussions.getList", category="GROUP", count=1)
    if isinstance(reply, Answered):
        return Finding("ok", "Одноклассники: комментарии под темами читаются.")
    if isinstance(reply, Refused) and reply.code in (10, 200):
        return Finding("error", "Одноклассники: приложению не выдано право VALUABLE_ACCESS; запросите его у поддержки.")
    return Finding("error", f"Одноклассники, комментарии: {_said(reply)}.")
