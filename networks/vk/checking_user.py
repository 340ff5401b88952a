"""Check a user token: the user's role in our community and the token's rights.

Findings are in the operator's language; nothing is changed."""

from __future__ import annotations

from networks.port import Finding
from networks.vk.checking import said
from networks.vk.wire import Answered, Lane

RIGHTS = {
    "wall": (8192, "стена", "нельзя публиковать записи и удалять комментарии"),
    "groups": (262144, "сообщества", "нельзя блокировать авторов"),
    "photos": (4, "фотографии", "нельзя приложить фото к записи и к ответу"),
}
"""The rights a user token needs: the bit in `account.getAppPermissions`, its name, and what is impossible without
it."""
MODERATOR, EDITOR = 1, 2
WHERE = "управление сообществом → Участники → Руководители"


async def check_user(lane: Lane, group_id: int) -> list[Finding]:
    """Check the user's role and the token's rights; return a finding for each one missing, or a single one if all is
    well."""
    missing = [*await _place(lane, group_id), *await _rights(lane)]
    well = Finding("ok", "ВКонтакте, ключ пользователя: публикует на стене, удаляет комментарии, блокирует авторов.")
    return missing or [well]


async def _place(lane: Lane, group_id: int) -> list[Finding]:
    """Check the user's role: a moderator can delete and ban, an editor can also publish. Return what is missing, [] if
    nothing."""
    reply = await lane.call("groups.getById", group_ids=group_id)
    groups = reply.value.get("groups") if isinstance(reply, Answered) and isinstance(reply.value, dict) else None
    own = groups[0] if isinstance(groups, list) and groups and isinstance(groups[0], dict) else None
    if own is None:
        return [
            Finding(
                "warning", f"ВКонтакте, ключ пользователя: его место в сообществе узнать не удалось: {said(reply)}."
            )
        ]
    level = own.get("admin_level") if own.get("is_admin") else 0
    if not isinstance(level, int) or level < MODERATOR:
        words = "владелец ключа не руководитель сообщества, удалять, блокировать и публиковать нельзя"
        return [Finding("warning", f"ВКонтакте, ключ пользователя: {words}. Назначить: {WHERE}.")]
    if level < EDITOR:
        words = "владелец ключа модератор, публиковать на стене может редактор или администратор"
        return [Finding("warning", f"ВКонтакте, ключ пользователя: {words}. Сменить: {WHERE}.")]
    return []


async def _rights(lane: Lane) -> list[Finding]:
    reply = await lane.call("account.getAppPermissions")
    if not isinstance(reply, Answered) or not isinstance(reply.value, int):
        return [Finding("warning", f"ВКонтакте, ключ пользователя: его права узнать не удалось: {said(reply)}.")]
    return [
        Finding(
            "warning", f"ВКонтакте: у ключа пользователя нет права «{name}»: {without}. Выпустите ключ с этим правом."
        )
        for bit, name, without in RIGHTS.values()
        if not reply.value & bit
    ]
