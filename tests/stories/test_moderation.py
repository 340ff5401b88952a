"""Comments on the office's own pages: proposed with the words that decided, deleted, listed, kept, restored by people's hands."""

from __future__ import annotations

import pytest

from bot.demo.cast import VK_USER_TOKEN
from storage.moderation import ModerationBook
from storage.official_pages import OfficialPages
from tests.stories.moderators import (
    ADVISER,
    BOTH,
    CRITICISM,
    EDITOR,
    INSULT,
    OBSCENE,
    OBSCENE_CASE,
    SPAM,
    THREAT,
    TownWith,
    asked_of_vk,
    captions,
    history,
    kept,
    proposed,
    town_of,
)
from tests.stories.town import KEY, Town
from workflow.case import State
from workflow.commands import Entry
from workflow.official.moderation import ModerationState
from workflow.official.page import OfficialPage, PageAction, PageState
from workflow.official.page_items import PageNetwork, Whose


@pytest.fixture
async def izobilny_page(town_with: TownWith) -> Town:
    return await town_of(town_with, "izobilnensky")


async def test_iz_6_1_the_curator_deletes_restores_and_keeps(izobilny_page: Town) -> None:
    town = izobilny_page
    comment, (shown,) = await proposed(town, THREAT, town.curator)
    await town.curator.presses("Удалить", shown)
    assert captions(shown) == ["Да, удалить: нарушение закона", "Другое основание…", "Назад"]
    await town.curator.presses("Да, удалить: нарушение закона", shown)
    assert comment.deleted is True
    assert "Удалён: нарушение закона. Решил куратор" in shown.text
    await town.curator.presses("Вернуть", shown)
    assert comment.deleted is False
    assert captions(shown) == ["Удалить", "История"]
    assert [line for line in await history(town) if line[1]] == [
        ("delete", "curator", "unlawful", "6.1"),
        ("restore", "curator", None, ""),
    ]
    assert asked_of_vk(town) == ["wall.deleteComment", "wall.restoreComment"]
    town.looks_around()


async def test_iz_6_1_what_vk_does_not_let_the_bot_do_the_curator_does(town_with: TownWith) -> None:
    town = await town_of(town_with, "izobilnensky", user_token=None)
    comment, (shown,) = await proposed(town, THREAT, town.curator)
    await town.curator.presses("Удалить", shown)
    await town.curator.presses("Да, удалить: нарушение закона", shown)
    handed = town.curator.sees("Сделайте это сами по ссылке «открыть»: удалить комментарий.")
    await town.curator.presses("Сделано вручную", handed)
    assert (comment.deleted, [line[:2] for line in await history(town)]) == (
        False,
        [("proposed", None), ("delete", "curator"), ("not_done", None), ("done_by_hand", "curator")],
    )
    town.looks_around()


async def test_pa_2_3_an_obscene_comment_is_proposed_deleted_in_vk_and_journalled(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    comment, (shown,) = await proposed(town, OBSCENE, adviser)
    assert "Похоже на: нецензурные слова (пункт 2.3). Слова: «х*й»" in shown.text
    assert "Критика — не основание для удаления." in shown.text
    assert captions(shown) == ["Удалить", "В чёрный список", "Оставить", "История"]
    assert "Это и обращение № 1." in shown.text
    await adviser.presses("Удалить", shown)
    assert comment.deleted is False
    shown = adviser.can_see("Удалить комментарий? Назовите основание:")
    assert captions(shown) == ["Да, удалить: нецензурные слова", "Другое основание…", "Назад"]
    toast = await adviser.presses("Да, удалить: нецензурные слова", shown)
    assert toast == "Решено удалить: нецензурные слова. Передаю в сеть; если она не даст, напишу."
    assert comment.deleted is True
    assert asked_of_vk(town) == ["wall.deleteComment"]
    shown = adviser.can_see("Удалён: нецензурные слова. Решил советник главы, 9:00.")
    assert captions(shown) == ["В чёрный список", "Вернуть", "История"]
    assert (await history(town)) == [
        ("proposed", None, None, ""),
        ("delete", "adviser", "obscene", "2.3"),
        ("done", None, None, ""),
    ]
    town.curator.looks_at_everything()


# --- what is a ground and what is none ---------------------------------------------------------------------------------


async def test_iz_6_1_the_curator_answers_for_comments_and_insults_are_proposed_as_elsewhere(
    izobilny_page: Town,
) -> None:
    town, adviser = izobilny_page, izobilny_page.person("adviser")
    _, (shown,) = await proposed(town, THREAT, town.curator)
    assert "Похоже на: нарушение закона (пункт 6.1). Слова: «всех убью, приду с топором»" in shown.text
    assert captions(shown) == ["Удалить", "Оставить", "История"]
    _, (insult,) = await proposed(town, INSULT, town.curator)
    assert "Похоже на: оскорбление (пункт 6.1)" in insult.text
    adviser.hears_nothing()
    town.looks_around()


async def test_mo_a2_15_the_adviser_takes_away_and_the_curator_only_in_his_place(moskalenki: Town) -> None:
    town, adviser = moskalenki, moskalenki.person("adviser")
    comment, (shown,) = await proposed(town, INSULT, adviser)
    await town.curator.writes("/moderation")
    await town.curator.presses("Решить по № 1", town.curator.sees("Ждёт решения"))
    assert captions(town.curator.sees("Комментарий № 1")) == ["Оставить", "История"]
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: оскорбление", shown)
    assert comment.deleted is True
    town.looks_around()


async def test_mo_a2_15_where_the_adviser_cannot_be_written_to_the_curator_takes_away_what_he_put_up(
    town_with: TownWith,
) -> None:
    town = await town_with(regulation="moskalensky", people=EDITOR, user_token=VK_USER_TOKEN)
    comment = await town.resident_writes("Вот вам ссылка на листовку с призывом, читайте все")
    link = f"https://vk.com/wall-{town.players.community.id}_{town.players.post.id}?reply={comment.id}"
    await town.curator.writes(f"/moderation {link}")
    shown = town.curator.sees("Комментарий № 1")
    await town.curator.presses("Удалить", shown)
    await town.curator.presses("Да, удалить: нарушение закона", shown)
    assert comment.deleted is True
    town.looks_around()


async def test_mo_a2_15_what_was_not_proposed_is_put_up_by_its_link(moskalenki: Town) -> None:
    town, adviser = moskalenki, moskalenki.person("adviser")
    comment = await town.resident_writes("Вот вам ссылка на листовку с призывом, читайте все")
    town.looks_around()
    link = f"https://vk.com/wall-{town.players.community.id}_{town.players.post.id}?reply={comment.id}"
    await adviser.writes(f"/moderation {link}")
    shown = adviser.sees("Комментарий № 1")
    assert "Вынесено на удаление человеком" in shown.text
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: нарушение закона", shown)
    assert comment.deleted is True
    assert [line[:3] for line in await history(town) if line[1]] == [
        ("proposed", "adviser", None),
        ("delete", "adviser", "unlawful"),
    ]
    await adviser.writes("/moderation https://vk.com/wall-77_1?reply=2")
    adviser.sees("Проверьте ссылку")
    town.looks_around()


@pytest.mark.parametrize("regulation", ["izobilnensky", "moskalensky", "primorsko-akhtarsky"])
async def test_iz_6_1_mo_a2_15_pa_2_3_criticism_and_what_stands_elsewhere_are_proposed_to_nobody(
    town_with: TownWith, regulation: str
) -> None:
    town = await town_with(ADVISER, regulation=regulation, people=EDITOR, user_token=VK_USER_TOKEN)
    await town.resident_writes(CRITICISM)
    vk = town.players.town.vk
    vk.message(town.players.resident, town.players.community, THREAT)
    vk.comment(town.players.community, town.players.post, THREAT)
    await town.settles()
    assert "Комментарий №" not in town.conversation()
    async with town.books.write(KEY) as tx:
        assert await ModerationBook(tx).count_undecided() == 0
    town.looks_around()


async def test_mo_a2_15_spam_insult_and_hidden_obscenity_are_proposed_to_the_adviser(moskalenki: Town) -> None:
    town, adviser = moskalenki, moskalenki.person("adviser")
    for number, (text, words) in enumerate(
        (
            (SPAM, "Похоже на: спам (прил. 2, пункт 15). Слова: «Продам гараж"),
            (INSULT, "Похоже на: оскорбление (прил. 2, пункт 15). Слова: «дебил», «урод»"),
            (OBSCENE, "Похоже на: нецензурные слова (прил. 2, пункт 15). Слова: «х*й»"),
        ),
        1,
    ):
        _, (shown,) = await proposed(town, text, adviser)
        assert f"Комментарий № {number} · ВКонтакте" in shown.text
        assert words in shown.text
        assert "В чёрный список" not in captions(shown)
    town.looks_around()


async def test_mo_a2_15_units_moderate_their_own_page(moskalenki: Town) -> None:
    town, adviser = moskalenki, moskalenki.person("adviser")
    unit = OfficialPage(1, KEY, 1, PageState.IN_FORCE, PageNetwork.VK, Whose.UNIT, "https://vk.com/club1001", "zhkh")
    line = Entry(PageAction.REQUEST, town.clock.now(), "adviser", None, None, PageState.IN_FORCE, ())
    async with town.books.write(KEY) as tx:
        await OfficialPages(tx).save(unit, line)
    comment, (shown, _) = await proposed(town, INSULT, town.zhkh, adviser)
    await town.roads.writes("/moderation")
    assert "решить, нет" in town.roads.sees("решить, нет").text
    await town.zhkh.writes("/moderation")
    assert "№ 1 «Ваш начальник дебил и урод»" in town.zhkh.sees("Ждёт решения: 1 комментарий").text
    await town.zhkh.presses("Удалить", shown)
    await town.zhkh.presses("Да, удалить: оскорбление", shown)
    assert (comment.deleted, (await history(town))[1]) == (True, ("delete", "zhkh_head", "insult", "прил. 2, 15"))
    town.looks_around()


# --- deciding ----------------------------------------------------------------------------------------------------------


async def test_pa_2_3_where_several_grounds_are_found_one_is_named(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    comment, (shown,) = await proposed(town, BOTH, adviser)
    await adviser.presses("Удалить", shown)
    assert captions(shown) == [
        "Да, удалить: нецензурные слова",
        "Да, удалить: оскорбление",
        "Другое основание…",
        "Назад",
    ]
    await adviser.presses("Другое основание…", shown)
    assert captions(shown) == ["Да, удалить: нарушение закона", "Да, удалить: спам", "Назад"]
    await adviser.presses("Назад", shown)
    assert captions(shown)[0] == "Удалить"
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: оскорбление", shown)
    assert (comment.deleted, (await history(town))[1][2]) == (True, "insult")
    town.looks_around()


async def test_pa_2_3_the_author_is_listed_told_why_and_how_to_object_and_can_be_taken_off(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    community, author = town.players.community, town.players.resident.id
    comment, (shown,) = await proposed(town, INSULT, adviser)
    await adviser.presses("В чёрный список", shown)
    assert "Автор сможет возразить лично: обратиться в администрацию письменно. ВКонтакте покажет ему" in shown.text
    await adviser.presses("Да, в чёрный список: оскорбление", shown)
    assert (comment.deleted, community.banned) == (True, {author})
    assert community.ban_notes[author] == (
        "Курский муниципальный округ. Основание: оскорбление. Если не согласны, напишите в администрацию письмом."
    )
    assert "автор в чёрном списке" in shown.text
    assert captions(shown) == ["Вернуть", "История"]
    await adviser.presses("Вернуть", shown)
    assert (comment.deleted, community.banned) == (False, set())
    assert asked_of_vk(town) == ["wall.deleteComment", "groups.ban", "wall.restoreComment", "groups.unban"]
    assert [line[:3] for line in await history(town) if line[1]] == [
        ("black_list", "adviser", "insult"),
        ("restore", "adviser", None),
    ]
    town.looks_around()


async def test_pa_2_3_kept_is_kept_and_may_be_deleted_later(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    comment, (shown,) = await proposed(town, INSULT, adviser)
    assert await adviser.presses("Оставить", shown) == "Комментарий остаётся."
    assert (comment.deleted, asked_of_vk(town)) == (False, [])
    assert "Оставлен. Решил советник главы, 9:00." in shown.text
    assert captions(shown) == ["Удалить", "История"]
    town.looks_around()


async def test_mo_a2_15_an_obscene_complaint_is_a_case_and_a_proposal_and_neither_is_lost(
    moskalenki: Town,
) -> None:
    town, adviser = moskalenki, moskalenki.person("adviser")
    comment, (shown,) = await proposed(town, OBSCENE_CASE, adviser)
    town.curator.sees("Новое сообщение № 1")
    assert "Это и обращение № 1." in shown.text
    assert "Это обращение" not in captions(shown)
    await adviser.presses("Удалить", shown)
    assert "⚠️ Это обращение № 1. Оно останется в работе" in shown.text
    await adviser.presses("Да, удалить: нецензурные слова", shown)
    case = await town.case()
    assert (comment.deleted, case.state, case.deleted_at) == (True, State.NEW, None)
    assert "житель удалил" not in town.conversation()
    town.looks_around()


async def test_mo_a2_15_what_detection_left_alone_becomes_a_case_by_the_button(moskalenki: Town) -> None:
    town, adviser = moskalenki, moskalenki.person("adviser")
    comment, (shown,) = await proposed(town, SPAM, adviser)
    town.curator.hears_nothing()
    toast = await adviser.presses("Это обращение", shown)
    assert toast == "Заведено как № 1, дальше как любое сообщение."
    town.curator.sees("Новое сообщение № 1")
    assert ((await town.case()).appeal.text, comment.deleted) == (SPAM, False)
    assert (await kept(town)).comment.state is ModerationState.CASE
    async with town.books.write(KEY) as tx:
        assert await tx.seen.count_left() == 0
    town.looks_around()


async def test_pa_2_3_the_list_shows_what_waits_and_the_last_decisions_with_a_way_back(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    first, (shown,) = await proposed(town, INSULT, adviser)
    await proposed(town, OBSCENE, adviser)
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: оскорбление", shown)
    await adviser.writes("/moderation")
    listed = adviser.sees("Ждёт решения: 1 комментарий")
    assert "№ 2 «Да пошли вы на х*й со своими отписками» · Житель, 9:00 — нецензурные слова · открыть" in listed.text
    assert "№ 1 удалён, оскорбление; советник главы, 9:00: «Ваш начальник дебил и урод»" in listed.text
    assert captions(listed) == ["Решить по № 2", "Вернуть № 1"]
    await adviser.presses("Вернуть № 1", listed)
    assert (first.deleted, captions(listed)) == (False, ["Решить по № 2"])
    await adviser.presses("Решить по № 2", listed)
    await adviser.presses("Оставить", adviser.sees("Комментарий № 2"))
    assert "Комментариев, по которым нужно решить, нет." in listed.text
    await adviser.writes("/moderation", in_group=True)
    town.sees_in_group("Комментарии покажу в личных сообщениях")
    town.looks_around()


async def test_pa_2_3_a_flood_is_ten_messages_and_one_list(akhtarsk: Town) -> None:
    town, adviser = akhtarsk, akhtarsk.person("adviser")
    vk = town.players.town.vk
    for number in range(200):
        vk.comment(town.players.resident, town.players.post, f"{INSULT} {number}")
    await town.settles()
    heard = [message.text for message in adviser.looks_at_everything()]
    assert (len(heard), heard[-1].splitlines()[0]) == (11, "Ждут решения: 200 комментариев")
    listed = adviser.can_see("Ждут решения: 200 комментариев")
    assert captions(listed)[-1] == "Дальше"
    await adviser.presses("Дальше", listed)
    assert captions(listed)[:1] == ["Решить по № 7"]
    town.looks_around()
