"""Tables for people of a scenario's pages, publications, materials and comments, in the bot's own words where it has
any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from bot.simulation.official.outcome import NOT_PROPOSED, CommentOutcome, OfficialOutcome, PublicationsOutcome
from config.texts import Texts
from workflow.official.material import MaterialNotice, PlaceState
from workflow.official.page import PageNotice

if TYPE_CHECKING:
    from rich.table import Table

TOLD: dict[str, dict[str, str]] = {
    "page": {
        PageNotice.CONSENT_ASKED: "нужно согласие главы",
        PageNotice.AGREEMENT_ASKED: "нужно согласование советника",
        PageNotice.CONSENTED: "страница согласована",
        PageNotice.DECLINED: "в создании страницы отказано",
        PageNotice.IN_FORCE: "страница действует",
        PageNotice.CHECK_DUE: "пора проверить защиту",
        "behind": "публикаций меньше нормы",
        "page_unknown": "страница публикует, но не действует",
    },
    "material": {
        MaterialNotice.ARRIVED: "пришёл материал",
        MaterialNotice.NEW_VERSION: "новая версия",
        MaterialNotice.EDITED: "материал исправлен",
        MaterialNotice.RETURNED: "материал возвращён",
        MaterialNotice.APPROVED: "материал одобрен",
        MaterialNotice.RECALLED: "публикация отменена",
        MaterialNotice.WITHDRAWN: "материал отозван",
        MaterialNotice.PUBLISHED: "материал вышел",
        MaterialNotice.HANDED_OVER: "опубликовать самим",
    },
    "comment": {
        "proposed": "решить о комментарии",
        "no_moderator": "решить о комментарии: редактор не назначен",
        "unreachable": "решить о комментарии: редактор не отвечает",
        "by_hand": "сделать в сети вручную",
        "moderations": "список комментариев",
    },
}
"""The Russian words for each kind of notice, by what it is about: a page, a material, a comment."""
PLACES = {
    PlaceState.PLANNED: "ждёт",
    PlaceState.PUBLISHED: "вышло",
    PlaceState.HANDED_OVER: "опубликовать самим",
    PlaceState.GIVEN_UP: "не публикуем",
}
PER = {"day": "в день", "week": "в неделю"}

MakeTable = Callable[..., "Table"]
At = Callable[[datetime | None], str]


def tables(outcome: OfficialOutcome, texts: Texts, table: MakeTable, at: At) -> Iterator[Table]:
    """The tables of the outcome. `table(title, *columns)` makes an empty one; `at` formats a moment in the
    municipality's zone."""
    yield _pages(outcome, texts, table)
    yield _publications(outcome, table)
    yield _materials(outcome, texts, table, at)
    yield _comments(outcome, texts, table)
    yield _plans(outcome, table, at)


def _pages(outcome: OfficialOutcome, texts: Texts, table: MakeTable) -> Table:
    found = table("Страницы", "страница", "сеть", "чья", "состояние", "не хватает")
    for name, one in outcome.pages.items():
        network, whose = texts.plain(f"page_networks.{one.page.network}"), texts.plain(f"page_whose.{one.page.whose}")
        lacks = ", ".join(texts.plain(f"page_items.{item}") for item in one.missing)
        found.add_row(name, network, one.page.unit or whose, texts.plain(f"page_states.{one.page.state}"), lacks)
    return found


def _publications(outcome: OfficialOutcome, table: MakeTable) -> Table:
    found = table("Публикации", "страница", "всего", "норма", "за период", "отстала")
    for name, one in outcome.publications.items():
        lately = str(one.periods[-1].have) if one.periods else ""
        found.add_row(name, str(one.count), _norm(one), lately, _behind(one))
    return found


def _norm(found: PublicationsOutcome) -> str:
    norm = found.norm
    return f"от {norm.at_least} {PER[norm.per]} ({norm.clause})" if norm is not None else "нет"


def _behind(found: PublicationsOutcome) -> str:
    """In how many of its days or weeks the page published less than the norm, the current one included: «2 из 5»; ""
    if none was counted."""
    behind = sum(one.behind for one in found.periods)
    return f"{behind} из {len(found.periods)}" if found.periods else ""


def _materials(outcome: OfficialOutcome, texts: Texts, table: MakeTable, at: At) -> Table:
    found = table("Материалы", "материал", "состояние", "версия", "когда", "где")
    for name, one in outcome.materials.items():
        places = ", ".join(f"{outcome.page_names.get(p.page, p.page)}: {PLACES[p.state]}" for p in one.places)
        when = at(one.publish_at) if one.publish_at is not None else ""
        found.add_row(name, texts.plain(f"material_states.{one.state}"), str(one.newest.number), when, places)
    return found


def _comments(outcome: OfficialOutcome, texts: Texts, table: MakeTable) -> Table:
    found = table("Комментарии", "комментарий", "решение", "основание", "сделать вручную")
    for name, one in outcome.moderation.items():
        grounds = [texts.plain(f"moderation_grounds.{ground}") for ground in _grounds(one)]
        by_hand = [texts.plain(f"moderation_orders.{order}") for order in _by_hand(one)]
        found.add_row(name, _state(one, texts), ", ".join(grounds), ", ".join(by_hand))
    return found


def _state(found: CommentOutcome, texts: Texts) -> str:
    if found.state == NOT_PROPOSED:
        return "оснований не найдено"
    state = texts.plain(f"moderation_short.{found.state}")
    listed = ", автор в чёрном списке" if found.comment is not None and found.comment.listed else ""
    return f"{state}{listed}" + (f": {found.case}" if found.case else "")


def _grounds(found: CommentOutcome) -> list[str]:
    """The ground on which the comment was deleted; if it was not, the grounds on which deletion was proposed."""
    proposed = [one.value for one in found.comment.grounds] if found.comment is not None else []
    return [found.ground] if found.ground is not None else proposed


def _by_hand(found: CommentOutcome) -> list[str]:
    comment = found.comment
    return [comment.order(matter).value for matter in comment.by_hand] if comment is not None else []


def _plans(outcome: OfficialOutcome, table: MakeTable, at: At) -> Table:
    """The table of the publications planned for a week and those missing, as of the moment when the plan was opened."""
    found = table("План публикаций", "открыт", "неделя с", "страница", "запланировано", "не хватает")
    for plan in outcome.plans:
        planned = [one for day in plan.week.days for one in day.planned]
        short = [one for day in plan.week.days for one in day.short] + list(plan.week.short)
        for number in dict.fromkeys([*(one.place.page for one in planned), *(one.page for one in short)]):
            own = ", ".join(at(one.at) for one in planned if one.place.page == number)
            lacks = sum(one.missing for one in short if one.page == number)
            name = outcome.page_names.get(number, str(number))
            found.add_row(at(plan.at), plan.week.first.strftime("%d.%m.%Y"), name, own, str(lacks))
    return found
