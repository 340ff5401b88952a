"""Moderation under the posts of a channel in the office's messenger: by its API where the bot may, by hand where it may not."""

from __future__ import annotations

import pytest

from tests.stories.channels_of import IN_MAX, NAME, in_file
from tests.stories.moderators import (
    ADVISER,
    EDITOR,
    INSULT,
    OBSCENE,
    TownWith,
    captions,
    kept,
)
from tests.stories.test_citizens_in_telegram import DISCUSSION, Square
from tests.stories.town import Town

IN_TELEGRAM = f"  telegram: {{channel: glava_okruga, discussion: {DISCUSSION}, private: true}}\n"
THERE = in_file("glava_okruga", ", private: true").get("networks", IN_TELEGRAM)


@pytest.fixture
async def in_telegram(town_with: TownWith) -> Town:
    return await town_with(
        ADVISER,
        regulation="primorsko-akhtarsky",
        people=EDITOR,
        networks=THERE,
        settings="formal_appeals: Рощино, ул. Мира 1\n",
    )


async def test_pa_2_3_a_comment_in_telegram_is_deleted_its_author_listed_and_heard_in_private(
    in_telegram: Town,
) -> None:
    town, adviser = in_telegram, in_telegram.person("adviser")
    square, zhitel = await Square.of(town), town.newcomer("zhitel", "Житель")
    comment = await square.comments(zhitel, INSULT)
    shown = adviser.sees(f"Комментарий № 1 · {NAME}")
    await adviser.presses("В чёрный список", shown)
    way = "Автор сможет возразить лично: написать боту @dezhurny_bot или обратиться сюда: Рощино, ул. Мира 1."
    assert way in shown.text.replace("\u2060", "")
    await adviser.presses("Да, в чёрный список: оскорбление", shown)
    assert (comment.deleted, square.group.has(zhitel.user)) == (True, False)
    assert ((await kept(town)).comment.asked, (await kept(town)).comment.by_hand) == ((), ())
    with pytest.raises(PermissionError):
        await square.comments(zhitel, "ещё раз", to=square.post)
    town.looks_around()
    town.players.town.telegram.start(zhitel.user, town.players.bot)
    await zhitel.writes("Прошу убрать меня из чёрного списка, я извиняюсь. И третий день нет воды на Школьной, 5")
    town.curator.sees("Прошу убрать меня из чёрного списка")
    town.looks_around()
    await adviser.presses("Вернуть", shown)
    handed = adviser.sees(f"{NAME} удалённого не возвращает.")
    if IN_MAX:  # nor does it let anybody in again
        assert "вернуть комментарий, " in handed.text, handed.text[-400:]
        town.looks_around()
        return
    assert "Сделайте это сами по ссылке «открыть»: вернуть комментарий." in handed.text
    await square.comments(zhitel, "Спасибо, что вернули")
    assert "дебил" not in " ".join(square.said())
    town.looks_around()


@pytest.mark.telegrams_own("nobody writes in the name of a channel under a post of MAX")
async def test_a_channel_that_comments_is_shut_out_by_its_own_name(in_telegram: Town) -> None:
    town, adviser = in_telegram, in_telegram.person("adviser")
    square, zhitel = await Square.of(town), town.newcomer("zhitel", "Житель")
    telegram = town.players.town.telegram
    channel = telegram.add_channel("Правда", owner=zhitel.user)
    comment = telegram.write_as(zhitel.user, channel, square.post, INSULT)
    await town.settles()
    shown = adviser.sees(f"Комментарий № 1 · {NAME}")
    await adviser.presses("В чёрный список", shown)
    await adviser.presses("Да, в чёрный список: оскорбление", shown)
    assert (comment.deleted, square.group.banned_voices) == (True, {channel.id})
    with pytest.raises(PermissionError):
        telegram.write_as(zhitel.user, channel, square.post, "ещё")
    await adviser.presses("Вернуть", shown)
    assert square.group.banned_voices == set()
    town.looks_around()


async def test_where_the_bot_may_not_delete_in_telegram_a_person_does(in_telegram: Town) -> None:
    town, adviser = in_telegram, in_telegram.person("adviser")
    square, zhitel = await Square.of(town), town.newcomer("zhitel", "Житель")
    comment = await square.comments(zhitel, INSULT)
    shown = adviser.sees(f"Комментарий № 1 · {NAME}")
    town.players.town.telegram.demote(town.players.bot, square.group)
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: оскорбление", shown)
    adviser.sees(
        f"⚠️ В {'MAX' if IN_MAX else 'Телеграме'} у бота нет на это права. "
        "Сделайте это сами по ссылке «открыть»: удалить комментарий."
    )
    assert comment.deleted is False
    town.looks_around()


async def test_an_edited_comment_in_telegram_is_proposed_anew_and_keeps_its_link(in_telegram: Town) -> None:
    town, adviser = in_telegram, in_telegram.person("adviser")
    square, zhitel = await Square.of(town), town.newcomer("zhitel", "Житель")
    comment = await square.comments(zhitel, INSULT)
    shown = adviser.sees(f"Комментарий № 1 · {NAME}")
    await adviser.presses("Оставить", shown)
    await zhitel.edits(comment, OBSCENE)
    again = adviser.sees("Похоже на: нецензурные слова")
    assert (captions(again)[0], again.links) == ("Удалить", [square.link_to(comment)])
    town.looks_around()


async def test_what_is_gone_in_telegram_already_is_deleted(in_telegram: Town) -> None:
    town, adviser = in_telegram, in_telegram.person("adviser")
    square, zhitel = await Square.of(town), town.newcomer("zhitel", "Житель")
    comment = await square.comments(zhitel, INSULT)
    shown = adviser.sees(f"Комментарий № 1 · {NAME}")
    town.players.town.telegram.delete(zhitel.user, comment)
    await adviser.presses("Удалить", shown)
    await adviser.presses("Да, удалить: оскорбление", shown)
    assert ((await kept(town)).comment.asked, (await kept(town)).comment.by_hand) == ((), ())
    town.looks_around()
