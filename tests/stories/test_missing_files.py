"""Files the messenger does not hand out: what came with them is taken, their sender hears which and what to do, the case names
them, and nothing waits behind them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.telegram.model import Message
from tests.stories.moderators import TownWith
from tests.stories.test_a_day import BETTER, COMPLAINT, DRAFT
from tests.stories.test_replies import at_curator, forwarded, versions
from tests.stories.town import KEY, Town
from workflow.case import State, Why

PICTURE = b"\xff\xd8 picture"


def loses_files(town: Town, most: int = 1000) -> None:
    """From now on Telegram knows no file it has given the number of: getFile answers 400."""
    files = town.players.town.telegram.files
    for number in list(files)[:most]:
        del files[number]


async def written_before_the_bot_looks(
    town: Town, text: str, *, to: Message | None = None, **attached: object
) -> Message:
    """The person has sent it, and its file is gone before the bot asks for it."""
    telegram = town.players.town.telegram
    place = to.chat if to is not None else town.players.bot
    sent = telegram.write(town.zhkh.user, place, text, reply_to=to, **attached)  # type: ignore[arg-type]
    loses_files(town)
    return sent


async def parked(town: Town) -> int:
    async with town.books.write(KEY) as tx:
        return await tx.inbox.count_parked()


async def test_a_photo_that_is_refused_leaves_the_draft_its_text_and_nothing_waits(town: Town) -> None:
    card = await forwarded(town)
    await written_before_the_bot_looks(town, DRAFT, to=card, photo=PICTURE)
    await town.settles()
    said = town.sees_in_group("Фото: мессенджер не отдаёт боту")
    assert "Пришлите ещё раз, лучше документом, или дайте ссылку" in said.text
    assert "№ 1: остальное взял" in said.text
    head = town.curator.sees("версия 1")
    assert "Не дошло: фото" in head.text
    town.curator.sees(DRAFT)
    assert (await town.case()).state is State.ON_APPROVAL
    assert [(m.kind, m.why) for m in (await town.case()).drafts[0].missing] == [("photo", Why.REFUSED)]
    await town.curator.presses("Согласовать", head)
    assert (await town.case()).state is State.APPROVED
    assert await parked(town) == 0


async def test_presses_behind_a_refused_photo_go_through_at_once(town: Town) -> None:
    card = await forwarded(town)
    await written_before_the_bot_looks(town, DRAFT, to=card, photo=PICTURE)
    toast, other = await town.at_once((town.curator, "Сроки", card), (town.zhkh, "Сроки", card))
    assert (toast == "", other == "") == (False, False)
    town.sees_in_group("мессенджер не отдаёт боту")
    at_curator(town, 1, DRAFT)
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()
    await town.zhkh.replies(card, BETTER)
    at_curator(town, 2, BETTER)
    assert await versions(town) == [DRAFT, BETTER]


async def test_a_draft_that_was_only_a_file_is_no_version(town: Town) -> None:
    card = await forwarded(town)
    await written_before_the_bot_looks(town, "", to=card, document=("акт.pdf", b"%PDF"))
    await town.settles()
    said = town.sees_in_group("мессенджер не отдаёт боту")
    assert "акт" in said.text
    assert "больше в сообщении ничего нет" in said.text
    assert (await versions(town), (await town.case()).state) == ([], State.FORWARDED)
    assert await parked(town) == 0


async def test_an_album_loses_the_one_photo_that_is_refused(town: Town) -> None:
    card = await forwarded(town)
    telegram = town.players.town.telegram
    telegram.send_album(
        town.zhkh.user, card.chat, [PICTURE, PICTURE + b"2", PICTURE + b"3"], caption=DRAFT, reply_to=card
    )
    loses_files(town, most=1)
    await town.settles()
    await town.waits(seconds=4)
    town.sees_in_group("Фото: мессенджер не отдаёт боту")
    head = town.curator.sees("версия 1")
    assert "Приложено: 2 фото" in head.text
    assert "Не дошло: фото" in head.text
    town.curator.looks_at_everything()
    [draft] = (await town.case()).drafts
    assert (len(draft.files), len(draft.missing)) == (2, 1)


async def test_a_file_that_is_not_to_be_had_now_is_tried_and_then_left_out(town: Town) -> None:
    card = await forwarded(town)
    telegram = town.players.town.telegram
    telegram.faults.add("server_error", "getFile", times=1000)
    telegram.write(town.zhkh.user, card.chat, DRAFT, reply_to=card, document=("акт.pdf", b"%PDF"))
    telegram.write(town.zhkh.user, card.chat, BETTER, reply_to=card)
    await town.settles()
    assert await versions(town) == []
    for _ in range(6):
        await town.waits(seconds=61)
    said = town.sees_in_group("мессенджер не отвечает")
    assert "Пришлите ещё раз через несколько минут" in said.text
    at_curator(town, 1, DRAFT)
    at_curator(town, 2, BETTER)
    case = await town.case()
    assert [(m.name, m.why) for m in case.drafts[0].missing] == [("акт.pdf", Why.NOT_NOW)]
    assert await parked(town) == 0
    telegram.faults.clear()


async def test_a_file_that_comes_at_the_last_try_is_there(town: Town) -> None:
    card = await forwarded(town)
    telegram = town.players.town.telegram
    telegram.faults.add("bad_gateway_html", "getFile", times=5)
    telegram.write(town.zhkh.user, card.chat, DRAFT, reply_to=card, photo=PICTURE)
    for _ in range(6):
        await town.waits(seconds=61)
    at_curator(town, 1, DRAFT)
    assert len((await town.case()).drafts[0].files) == 1
    town.curator.looks_at_everything()


async def test_what_the_curator_hands_in_is_a_case_that_names_what_did_not_come(town: Town) -> None:
    telegram = town.players.town.telegram
    telegram.write(town.curator.user, town.players.bot, COMPLAINT, photo=PICTURE)
    loses_files(town)
    await town.settles()
    offer = town.curator.sees("Новое сообщение № 1")
    assert "не дошло: фото" in offer.text
    town.curator.sees("Фото: мессенджер не отдаёт боту")
    await town.curator.presses("Отдел ЖКХ", offer)
    assert "не дошло: фото" in town.card().text
    assert "не дошло: фото" in town.zhkh.sees("передано вам").text


async def test_a_screenshot_that_does_not_come_opens_nothing_and_that_is_said(town: Town) -> None:
    telegram = town.players.town.telegram
    telegram.write(town.curator.user, town.players.bot, "", photo=PICTURE)
    loses_files(town)
    await town.settles()
    assert "оно не учтено" in town.curator.sees("Фото: мессенджер не отдаёт боту").text
    assert await town.cases() == 0


async def test_an_export_that_does_not_come_is_said(town: Town) -> None:
    telegram = town.players.town.telegram
    telegram.write(town.curator.user, town.players.bot, "", document=("выгрузка.xlsx", b"PK"))
    loses_files(town)
    await town.settles()
    assert "выгрузка" in town.curator.sees("мессенджер не отдаёт боту").text
    assert await town.cases() == 0


@pytest.mark.parametrize("text", ["Третий день нет воды на Школьной, 5", ""])
async def test_a_citizens_picture_that_does_not_come(town_with: TownWith, text: str) -> None:
    town = await town_with(networks="  telegram: {private: true}\n")
    resident = town.newcomer("resident", "Житель")
    telegram = town.players.town.telegram
    telegram.start(resident.user, town.players.bot)
    await town.settles()
    resident.looks_at_everything()
    telegram.write(resident.user, town.players.bot, text, photo=PICTURE)
    loses_files(town)
    await town.settles()
    resident.sees("Фото получить не удалось")
    if text:
        resident.sees("получили")
        assert "1 фото" in town.curator.sees("Третий день").text
    assert (await town.cases(), await parked(town)) == (bool(text), 0)


async def test_a_material_goes_on_without_the_picture(akhtarsk: Town) -> None:
    town = akhtarsk
    telegram = town.players.town.telegram
    await town.zhkh.writes("/material")
    question = town.zhkh.sees("Пришлите материал одним сообщением")
    telegram.write(
        town.zhkh.user, question.chat, "Субботник в парке, ждём всех в десять утра", reply_to=question, photo=PICTURE
    )
    loses_files(town)
    await town.settles()
    town.zhkh.sees("Материал № 1 принят")
    town.zhkh.sees("Фото: мессенджер не отдаёт боту")
    for person in (town.person("adviser"), town.zhkh):
        person.looks_at_everything()


async def test_a_hostile_name_of_a_file_leads_nowhere(town: Town) -> None:
    card = await forwarded(town)
    await written_before_the_bot_looks(
        town, DRAFT, to=card, document=("<b>@head</b> evil.example\u202e.pdf" * 20, b"%PDF")
    )
    await town.settles()
    said = town.sees_in_group("мессенджер не отдаёт боту")
    assert (said.pings, said.links) == ([], [])
    assert len(said.text) < 400
    at_curator(town, 1, DRAFT)


@pytest.mark.telegrams_own("an album of messages")
async def test_many_missing_files_are_a_short_message(town: Town) -> None:
    card = await forwarded(town)
    telegram = town.players.town.telegram
    for number in range(9):
        message = {"message_id": 7000 + number, "from": {"id": town.zhkh.user.id, "first_name": "Н"}}
        message |= {"chat": {"id": card.chat.id, "type": "supergroup"}, "date": int(town.clock.now().timestamp())}
        message |= {"reply_to_message": {"message_id": card.id}, "media_group_id": "a", "caption": DRAFT}
        message |= {"document": {"file_id": f"none{number}", "file_name": f"{number}{'д' * 90}.pdf"}}
        telegram.account(town.players.bot).push("message", message, town.clock.now())
    await town.settles()
    town.clock.advance(timedelta(seconds=4))
    await town.settles()
    said = town.sees_in_group("мессенджер не отдаёт боту")
    assert "и ещё 4" in said.text
    assert len(said.text) < 600
    at_curator(town, 1, DRAFT)
    assert len((await town.case()).drafts[0].missing) == 9
