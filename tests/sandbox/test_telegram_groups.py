"""Who is in a group, who hears what there, and what Telegram tells about it."""

import pytest
from aiogram.types import ChatMemberAdministrator, ChatMemberLeft, ChatMemberOwner, Update

from sandbox.telegram import Message
from tests.sandbox.telegram_town import Office, an_office


def changes(updates: list[Update]) -> list[tuple[str, str, str]]:
    found = []
    for update in updates:
        changed = update.my_chat_member or update.chat_member
        if changed is not None:
            kind = update.event_type
            found.append((kind, changed.old_chat_member.status, changed.new_chat_member.status))
    return found


async def heard(office: Office, message: Message) -> bool:
    return [u.message.message_id for u in await office.hears() if u.message] == [message.id]


async def test_an_administrator_bot_hears_everything_but_bots() -> None:
    async with an_office() as office:
        other = office.world.add_bot(token="700002:BB", name="Второй", username="second_bot")
        office.world.add_bot_to_group(other, office.group, by=office.anna)
        await office.hears()
        client = office.client("700002:BB")
        try:
            await client.send_message(office.group.id, "от бота @dezhurny_bot")
        finally:
            await client.session.close()
        assert await office.hears() == []
        assert await heard(office, office.world.write(office.boris, office.group, "просто слово"))


async def test_privacy_mode_lets_through_what_is_meant_for_the_bot() -> None:
    async with an_office(admin=False) as office:
        world, group, boris = office.world, office.group, office.boris
        other = world.add_bot(token="700002:BB", name="Второй", username="second_bot")
        world.add_bot_to_group(other, group, by=office.anna)
        await office.bot.send_message(group.id, "карточка")
        card = world.messages(group)[-1]
        await office.hears()
        for meant in ("/help", "/help@dezhurny_bot", "спросим @Dezhurny_bot"):
            assert await heard(office, world.write(boris, group, meant)), meant
        assert await heard(office, world.write(boris, group, "проект ответа", reply_to=card))
        for foreign in ("просто слово", "/help@second_bot", "спросим @second_bot", "почта a@dezhurny_bot.ru"):
            assert not await heard(office, world.write(boris, group, foreign)), foreign
        client = office.client("700002:BB")
        try:
            await client.send_message(group.id, "теперь говорил второй")
        finally:
            await client.session.close()
        assert not await heard(office, world.write(boris, group, "/help"))
        world.promote(office.bot_user, group)
        await office.hears()
        assert await heard(office, world.write(boris, group, "просто слово"))


async def test_the_bot_learns_what_it_is_in_a_group() -> None:
    async with an_office() as office:
        world = office.world
        second = world.add_group("Вторая", owner=office.anna)
        world.add_bot_to_group(office.bot_user, second, by=office.anna)
        world.demote(office.bot_user, second)
        world.kick(office.bot_user, second, by=office.anna)
        updates = await office.hears()
        assert changes(updates) == [
            ("my_chat_member", "left", "member"),
            ("my_chat_member", "member", "administrator"),
            ("my_chat_member", "administrator", "member"),
            ("my_chat_member", "member", "kicked"),
        ]
        assert [u.event_type for u in updates].count("message") == 2


async def test_members_come_and_go() -> None:
    async with an_office() as office:
        await office.hears(allowed_updates=["message", "chat_member"])
        vera = office.world.add_person("Вера")
        office.world.join(vera, office.group, by=office.anna)
        office.world.join(vera, office.group)
        office.world.promote(vera, office.group)
        office.world.leave(vera, office.group)
        updates = await office.hears()
        assert changes(updates) == [
            ("chat_member", "left", "member"),
            ("chat_member", "member", "administrator"),
            ("chat_member", "administrator", "left"),
        ]
        services = [u.message for u in updates if u.message is not None]
        assert services[0].new_chat_members is not None
        assert [u.id for u in services[0].new_chat_members] == [vera.id]
        assert services[1].left_chat_member is not None
        assert services[1].left_chat_member.id == vera.id
        with pytest.raises(PermissionError):
            office.world.write(vera, office.group, "я ушла")


async def test_what_the_bot_can_ask_about_a_group() -> None:
    async with an_office() as office:
        stranger = office.world.add_person("Прохожий")
        office.world.start(stranger, office.bot_user)
        chat = await office.bot.get_chat(office.group.id)
        assert (chat.type, chat.title) == ("supergroup", "Инцидент-менеджмент")
        assert await office.bot.get_chat_member_count(office.group.id) == 3
        own = await office.bot.get_chat_member(office.group.id, office.bot_user.id)
        assert isinstance(own, ChatMemberAdministrator)
        assert (own.can_delete_messages, own.can_pin_messages) == (True, True)
        owner = await office.bot.get_chat_member(office.group.id, office.anna.id)
        assert isinstance(owner, ChatMemberOwner)
        assert isinstance(await office.bot.get_chat_member(office.group.id, stranger.id), ChatMemberLeft)
        admins = await office.bot.get_chat_administrators(office.group.id)
        assert {a.user.id for a in admins} == {office.anna.id, office.bot_user.id}


async def test_a_private_chat_is_opened_blocked_and_opened_again() -> None:
    async with an_office() as office:
        world = office.world
        with pytest.raises(LookupError):
            world.write(office.boris, office.bot_user, "рано")
        world.start(office.boris, office.bot_user, payload="invite_abc")
        world.block(office.boris, office.bot_user)
        world.start(office.boris, office.bot_user)
        updates = await office.hears()
        assert changes(updates) == [
            ("my_chat_member", "member", "kicked"),
            ("my_chat_member", "kicked", "member"),
        ]
        assert [u.message.text for u in updates if u.message] == ["/start invite_abc", "/start"]
        assert updates[0].message is not None
        assert updates[0].message.chat.id == office.boris.id
        with pytest.raises(ValueError, match="deep link"):
            world.start(office.boris, office.bot_user, payload="с пробелом")


async def test_a_name_may_be_anything() -> None:
    async with an_office() as office:
        name = "<3 & \u202eабв @anna http://x.ru"
        odd = office.world.add_person(name)
        office.world.join(odd, office.group)
        office.world.write(odd, office.group, "я")
        senders = [u.message.from_user for u in await office.hears() if u.message is not None]
        assert [s.first_name for s in senders if s is not None] == [name, name]


async def test_a_reaction_is_heard_by_an_administrator_that_asked() -> None:
    async with an_office() as office:
        message = office.world.write(office.boris, office.group, "сделано")
        await office.hears(allowed_updates=["message_reaction"])
        office.world.react(office.anna, message, "👍")
        [update] = await office.hears()
        assert update.message_reaction is not None
        assert [r.emoji for r in update.message_reaction.new_reaction if r.type == "emoji"] == ["👍"]


async def test_only_a_plain_group_migrates_and_then_nobody_writes_there() -> None:
    async with an_office(basic=True) as office:
        new = office.world.migrate(office.group)
        with pytest.raises(ValueError, match="has become"):
            office.world.write(office.boris, office.group, "по-старому")
        office.world.write(office.boris, new, "по-новому")
        with pytest.raises(ValueError, match="only a plain group"):
            office.world.migrate(new)
