"""People come, hold several roles, leave and come back; the bot is brought into groups, and groups move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.building import a_town, everybody_in
from tests.stories.conftest import PASSED
from tests.stories.test_a_day import COMPLAINT, DRAFT
from tests.stories.test_replies import at_curator, drafted, forwarded
from tests.stories.town import KEY, Person, Town
from workflow.case import State

YES = "Да, это я"


async def bound(town: Town) -> dict[str, int]:
    async with town.books.write(KEY) as tx:
        return {b.person: b.account for b in await tx.people.all()}


# --- invitations -------------------------------------------------------------------------------------------------------


async def test_an_invitation_serves_once(empty_town: Town) -> None:
    town = empty_town
    await town.invites("curator", "one-time")
    await town.curator.opens_invitation("one-time")
    await town.curator.presses(YES, town.curator.sees("Вы — куратор?"))
    town.curator.sees("Готово, вы — куратор")
    await town.zhkh.opens_invitation("one-time")
    town.zhkh.sees("Приглашение больше не действует")
    assert await bound(town) == {"curator": town.curator.user.id}


async def test_an_invitation_opened_by_two_is_whose_says_yes_first(empty_town: Town) -> None:
    town = empty_town
    await town.invites("curator", "one-time")
    await town.curator.opens_invitation("one-time")
    await town.zhkh.opens_invitation("one-time")
    question = town.zhkh.sees("Вы — куратор?")
    await town.curator.presses(YES, town.curator.sees("Вы — куратор?"))
    town.curator.sees("Готово, вы — куратор")
    await town.zhkh.presses(YES, question)
    town.zhkh.sees("Приглашение больше не действует")
    assert await bound(town) == {"curator": town.curator.user.id}


async def test_an_expired_or_a_wrong_code_binds_nobody(empty_town: Town) -> None:
    town = empty_town
    await town.invites("curator", "late", days=1)
    await town.waits(minutes=60 * 25)
    for code in ("late", "made-up"):
        await town.curator.opens_invitation(code)
        town.curator.sees("Приглашение больше не действует")
    assert await bound(town) == {}


async def test_an_invitation_that_expires_before_the_yes_binds_nobody(empty_town: Town) -> None:
    town = empty_town
    await town.invites("curator", "slow", days=1)
    await town.curator.opens_invitation("slow")
    question = town.curator.sees("Вы — куратор?")
    await town.waits(minutes=60 * 25)
    await town.curator.presses(YES, question)
    town.curator.sees("Приглашение больше не действует")
    assert await bound(town) == {}


async def test_no_binds_nobody_and_leaves_the_invitation_good(empty_town: Town) -> None:
    town = empty_town
    await town.invites("curator", "one-time")
    await town.zhkh.opens_invitation("one-time")
    await town.zhkh.presses("Нет, не я", town.zhkh.sees("Вы — куратор?"))
    assert await bound(town) == {}
    await town.curator.opens_invitation("one-time")
    await town.curator.presses(YES, town.curator.sees("Вы — куратор?"))
    town.curator.sees("Готово, вы — куратор")


async def test_one_account_may_hold_two_roles(town: Town) -> None:
    await town.invites("zhkh_head", "second-role")
    await town.curator.opens_invitation("second-role")
    await town.curator.presses(YES, town.curator.sees("Вы — начальник отдела ЖКХ?"))
    town.curator.sees("Готово")
    card = await forwarded(town)
    await town.curator.presses("Принять", card)
    await town.curator.replies(card, DRAFT)
    at_curator(town, 1, DRAFT)
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    assert (await town.case()).state is State.CLOSED
    town.curator.can_see("азмещено")
    town.curator.hears_nothing()


async def test_a_new_telephone_takes_over_from_the_old_one(town: Town) -> None:
    card = await forwarded(town)
    phone = town.newcomer("new_phone", "Начальник отдела ЖКХ", in_group=True)
    await town.invites("zhkh_head", "new-phone")
    await phone.opens_invitation("new-phone")
    await phone.presses(YES, phone.sees("Вы — начальник отдела ЖКХ?"))
    phone.sees("Готово")
    assert (await town.zhkh.presses("Принять", card)).startswith("Я вас не знаю")
    await phone.presses("Принять", card)
    assert (await town.case()).state is State.IN_WORK


# --- leaving -----------------------------------------------------------------------------------------------------------


async def test_who_left_neither_presses_nor_reads(town: Town) -> None:
    await forwarded(town)
    offer = next(m for m in town.curator.private if "Ждём, примет" in m.text)
    await town.curator.leaves()
    for caption in ("Другому…", "Отозвать"):
        assert (await town.curator.presses(caption, offer)).startswith("Вы вышли из рабочей группы")
    for words in ("/case 1", "/open", COMPLAINT):
        await town.curator.writes(words)
        town.curator.sees("Вы вышли из рабочей группы")
    assert await town.cases() == 1
    await town.curator.comes_back()
    await town.curator.writes("/open")
    town.curator.sees("Открыто 1 сообщение")


# --- blocked -----------------------------------------------------------------------------------------------------------


async def test_a_curator_who_blocked_the_bot_is_called_in_the_group(town: Town) -> None:
    await town.curator.blocks_the_bot()
    await town.resident_writes(COMPLAINT)
    offer = town.sees_in_group("Третий день")
    assert offer.pings == [offer.account_link.format(town.curator.user.id)]
    await town.curator.presses("ЖКХ", offer)
    town.executors_are_called()
    await town.zhkh.replies(town.card(), DRAFT)
    head = town.sees_in_group("версия 1")
    town.sees_in_group(DRAFT)
    assert head.pings == [head.account_link.format(town.curator.user.id)]
    await town.curator.presses("На доработку", head)
    question = town.sees_in_group("что исправить")
    assert question.pings == [question.account_link.format(town.curator.user.id)]
    await town.curator.replies(question, "Назовите срок")
    town.sees_in_group("на доработку, замечание")
    await town.can_no_more_be_undone()
    town.zhkh.sees("Назовите срок")
    assert (await town.case()).state is State.REWORK


async def test_a_block_the_bot_only_notices_when_it_writes(town: Town) -> None:
    telegram = town.players.town.telegram
    telegram.private(town.curator.user, town.players.bot).blocked = True
    await town.resident_writes(COMPLAINT)
    offer = town.sees_in_group("Третий день")
    assert offer.pings == [offer.account_link.format(town.curator.user.id)]
    await town.curator.lets_the_bot_write_again()
    await town.resident_writes("На Мира нет света с утра")
    town.curator.sees("На Мира нет света")


async def test_an_executor_who_blocked_the_bot_is_reminded_in_the_group(town: Town) -> None:
    await forwarded(town)
    await town.zhkh.blocks_the_bot()
    await town.to("2026-01-12T12:31")
    town.curator.sees("не принято и не возвращено")
    reminder = town.sees_in_group("срок проекта ответа")
    assert reminder.pings == [reminder.account_link.format(town.zhkh.user.id)]
    town.curator.sees("не получили напоминаний")


# --- groups ------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def bound_town(empty_town: Town) -> Town:
    """The curator and the head of a department are bound; the bot is in no group."""
    for key in ("curator", "zhkh_head"):
        person = empty_town.person(key)
        await empty_town.invites(key, f"code-{key}")
        await person.opens_invitation(f"code-{key}")
        await person.presses(YES)
        person.looks_at_everything()
    return empty_town


async def test_the_bot_asks_once_in_the_group_and_an_administrator_says_yes(bound_town: Town) -> None:
    town = bound_town
    town.players.bring_the_bot_in()
    await town.settles()
    question = town.sees_in_group("Сделать рабочей группой?")
    assert (await town.zhkh.presses("Сделать рабочей группой", question)).startswith(
        "Рабочую группу назначает её админ"
    )
    assert (await town.curator.presses("Сделать рабочей группой", question)) == "Готово, теперь это рабочая группа."
    assert question.buttons == []
    async with town.books.write(town.bot.key) as tx:
        lines = [(one["who"], one["action"]) for one in await tx.audit.lines() if one["action"] != "configured"]
    assert lines[-1] == ("curator", "working_group")
    assert lines[:-1] == [(key, "bound") for key, _ in lines[:-1]] != []
    town.ends()


async def test_a_stranger_who_adds_the_bot_gets_no_working_group(bound_town: Town) -> None:
    town = bound_town
    telegram = town.players.town.telegram
    stranger = town.newcomer("stranger", "Прохожий")
    elsewhere = telegram.add_group("Чужая группа", owner=stranger.user)
    telegram.add_bot_to_group(town.players.bot, elsewhere, by=stranger.user)
    await town.settles()
    [question] = [m for m in telegram.messages(elsewhere) if m.buttons]
    assert (await stranger.presses("Сделать рабочей группой", question)).startswith("Назначить группу может сотрудник")
    async with town.books.write(KEY) as tx:
        assert await tx.people.working_group() is None


async def test_a_second_group_is_told_that_there_is_one_already(town: Town) -> None:
    telegram = town.players.town.telegram
    second = telegram.add_group("Вторая группа", owner=town.curator.user)
    telegram.add_bot_to_group(town.players.bot, second, by=town.curator.user)
    await town.settles()
    [said] = town.said_in(second)
    assert said.startswith("Рабочая группа уже есть, это другая.")
    telegram.write(town.curator.user, second, "@dezhurny_bot Нет воды на Школьной третий день")
    await town.settles()
    assert await town.cases() == 0


@pytest.mark.telegrams_own("in MAX a bot without rights is not even told of a press")
async def test_a_bot_that_is_no_administrator_says_what_it_needs(bound_town: Town) -> None:
    town = bound_town
    town.players.town.telegram.add_bot_to_group(town.players.bot, town.players.group, by=town.curator.user, admin=False)
    await town.settles()
    question = town.sees_in_group("назначьте бота администратором")
    await town.curator.presses("Сделать рабочей группой", question)
    card = await forwarded(town)
    await town.zhkh.replies(card, DRAFT)
    at_curator(town, 1, DRAFT)


async def test_a_bot_no_longer_administrator_says_so(town: Town) -> None:
    town.players.town.telegram.demote(town.players.bot, town.players.group)
    await town.rights_are_looked_at()
    if town.bot.group_rights is None:  # who is told at once says so at once
        town.sees_in_group("Бот не администратор группы")
    for one in (town.curator, town.deputy):
        one.sees("Бот больше не администратор рабочей группы")


@pytest.fixture
async def small_group(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """The working group is still a plain group, not a supergroup."""
    async with a_town(tmp_path, "kursky") as town:
        telegram, people = town.players.town.telegram, town.players.people
        town.players.group = telegram.add_group("Инцидент-менеджмент", owner=people["curator"], basic=True)
        for key, person in people.items():
            if key != "curator":
                telegram.join(person, town.players.group)
        await everybody_in(town)
        yield town
        if request.node.stash.get(PASSED, False):
            town.ends()


@pytest.mark.telegrams_own("a plain group becomes a supergroup")
async def test_a_group_that_becomes_a_supergroup_has_its_cards_anew(small_group: Town) -> None:
    town = small_group
    old_card = await forwarded(town)
    town.players.group = town.players.town.telegram.migrate(town.players.group)
    await town.settles()
    card = town.card()
    assert card.chat is town.players.group
    assert "Третий день нет воды" in card.text
    async with town.books.write(KEY) as tx:
        assert await tx.people.working_group() == (town.players.group.id, "Инцидент-менеджмент")
    await town.zhkh.presses("Принять", old_card)
    assert (await town.case()).state is State.IN_WORK
    assert "В работе" in card.text
    await town.zhkh.replies(card, DRAFT)
    at_curator(town, 1, DRAFT)


@pytest.mark.telegrams_own("a plain group becomes a supergroup")
async def test_a_migration_noticed_only_when_sending(small_group: Town) -> None:
    town = small_group
    await forwarded(town)
    town.players.group = town.players.town.telegram.migrate(town.players.group)
    await town.resident_writes("На Мира нет света с утра")
    await town.curator.presses("ЖКХ", town.curator.sees("На Мира нет света"))
    town.executors_are_called()
    cards = [m for m in town.players.in_group() if "№" in m.text]
    assert sorted(m.text.split(" · ")[0] for m in cards) == ["№ 1", "№ 2"]
    town.seen.update((m.chat.id, m.id) for m in cards)


async def test_people_of_the_group_hear_what_they_may_and_no_more(town: Town) -> None:
    await drafted(town)
    stranger: Person = town.newcomer("stranger", "Прохожий", in_group=True)
    await stranger.writes("/case 1", in_group=True)
    await town.roads.writes("/case 1", in_group=True)
    said = town.sees_in_group("№ 1")
    assert "Третий день" not in said.text
