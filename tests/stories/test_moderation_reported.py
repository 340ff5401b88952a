"""What moderators decided in a month stands in its report: counted from the journal, by page and by ground."""

from __future__ import annotations

import pytest

from bot.leadership.reporting import monthly
from reports.as_json import mapping
from reports.period import Month
from storage.official_pages import OfficialPages
from tests.stories.moderators import INSULT, SPAM, THREAT, TownWith, proposed, town_of
from tests.stories.town import KEY, Town
from workflow.commands import Entry
from workflow.official.page import OfficialPage, PageAction, PageState
from workflow.official.page_items import PageNetwork, Whose
from workflow.official.publications import Publication

PAGES = """
pages:
  - {network: vk, address: vk.com/okrug_admin, whose: administration, title: Округ}
"""
JANUARY = Month(2026, 1)


async def reported(town: Town, month: Month = JANUARY) -> dict[str, object]:
    found = await monthly(town.books, KEY, month, town.clock.now())
    assert found is not None
    return dict(mapping(found.figures))


def counts(**more: int) -> dict[str, int]:
    return dict.fromkeys(("proposed", "deleted", "banned", "kept", "case", "restored", "withdrawn"), 0) | more


@pytest.mark.parametrize(
    ("regulation", "clause"),
    [("izobilnensky", "6.1"), ("moskalensky", "прил. 2, 15"), ("primorsko-akhtarsky", "2.3")],
)
async def test_iz_6_1_mo_a2_15_pa_2_3_what_was_deleted_kept_and_restored_is_in_the_months_report(
    town_with: TownWith, regulation: str, clause: str
) -> None:
    """The page is known by its short name and the comment's link by its number: the post it stands under tells."""
    town = await town_of(town_with, regulation, settings=PAGES)
    async with town.books.write(KEY) as tx:
        await OfficialPages(tx).publish(Publication(1, town.clock.now(), town.players.post.url), None)
    moderator = town.curator if regulation == "izobilnensky" else town.person("adviser")
    for _ in range(3):
        _, (shown,) = await proposed(town, THREAT, moderator)
        await moderator.presses("Удалить", shown)
        await moderator.presses("Да, удалить: нарушение закона", shown)
    await moderator.presses("Вернуть", shown)
    _, (shown,) = await proposed(town, THREAT, moderator)
    await moderator.presses("Оставить", shown)
    sums = counts(proposed=4, deleted=3, kept=1, restored=1)
    grounds = [{"ground": "unlawful", "clause": clause, "deleted": 3, "banned": 0}]
    on_the_page = {"number": 1, "name": "Округ", "network": "vk", **sums, "grounds": grounds}
    assert (await reported(town))["moderation"] == {**sums, "grounds": grounds, "pages": [on_the_page]}
    assert "moderation" not in await reported(town, Month(2026, 2))
    town.looks_around()


async def test_pa_2_3_who_is_listed_is_counted_and_what_stands_on_no_page_of_the_registry_is_not_lost(
    akhtarsk: Town,
) -> None:
    adviser = akhtarsk.person("adviser")
    _, (shown,) = await proposed(akhtarsk, INSULT, adviser)
    await adviser.presses("В чёрный список", shown)
    await adviser.presses("Да, в чёрный список: оскорбление", shown)
    sums = counts(proposed=1, deleted=1, banned=1)
    grounds = [{"ground": "insult", "clause": "2.3", "deleted": 1, "banned": 1}]
    nowhere = {"number": None, "name": None, "network": "vk", **sums, "grounds": grounds}
    assert (await reported(akhtarsk))["moderation"] == {**sums, "grounds": grounds, "pages": [nowhere]}
    akhtarsk.looks_around()


async def test_mo_a2_15_what_was_made_a_case_and_what_its_author_took_back_is_counted(moskalenki: Town) -> None:
    adviser = moskalenki.person("adviser")
    _, (shown,) = await proposed(moskalenki, SPAM, adviser)
    await adviser.presses("Это обращение", shown)
    comment, _ = await proposed(moskalenki, INSULT, adviser)
    moskalenki.players.town.vk.delete_comment(comment)
    await moskalenki.settles()
    found = (await reported(moskalenki))["moderation"]
    assert isinstance(found, dict)
    assert {key: found[key] for key in counts()} == counts(proposed=2, case=1, withdrawn=1)
    moskalenki.looks_around()


async def test_mo_a2_15_a_units_page_known_by_its_short_name_is_moderated_by_its_leader(moskalenki: Town) -> None:
    """The comment's link has the page's number; that the post above it is the unit's tells whose the comment is to decide."""
    town = moskalenki
    unit = OfficialPage(1, KEY, 1, PageState.IN_FORCE, PageNetwork.VK, Whose.UNIT, "https://vk.com/zhkh_okrug", "zhkh")
    line = Entry(PageAction.REQUEST, town.clock.now(), "adviser", None, None, PageState.IN_FORCE, ())
    async with town.books.write(KEY) as tx:
        await OfficialPages(tx).save(unit, line)
        await OfficialPages(tx).publish(Publication(1, town.clock.now(), town.players.post.url), None)
    _, (shown, _) = await proposed(town, INSULT, town.zhkh, town.person("adviser"))
    await town.zhkh.presses("Оставить", shown)
    found = (await reported(town))["moderation"]
    assert isinstance(found, dict)
    assert [(one["number"], one["name"], one["kept"]) for one in found["pages"]] == [(1, "Отдел ЖКХ", 1)]
    town.looks_around()
