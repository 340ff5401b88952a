"""Faults: what the client sees, and whether the thing happened."""

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from tests.patience import IMPATIENT
from tests.sandbox.telegram_town import Office, an_office


def said(office: Office) -> list[str]:
    return [m.text for m in office.world.messages(office.group) if m.sender is office.bot_user]


@pytest.mark.parametrize(
    ("kind", "happened"),
    [("timeout_before", []), ("timeout_after", ["х"]), ("reset_before", []), ("reset_after", ["х"])],
)
async def test_a_broken_connection_hides_whether_it_happened(kind: str, happened: list[str]) -> None:
    async with an_office() as office:
        office.world.faults.add(kind)  # type: ignore[arg-type]
        impatient = office.client(timeout=IMPATIENT)
        try:
            with pytest.raises(TelegramNetworkError):
                await impatient.send_message(office.group.id, "х")
            assert said(office) == happened
            await office.bot.send_message(office.group.id, "у")
            assert said(office) == [*happened, "у"]
            codes = [call.error_code for call in office.world.calls]
            assert codes == [None if happened else 0, None]
        finally:
            await impatient.session.close()


async def test_errors_telegram_gives() -> None:
    async with an_office() as office:
        faults = office.world.faults
        faults.add("too_many", retry_after=7)
        faults.add("server_error")
        faults.add("bad_gateway_html")
        with pytest.raises(TelegramRetryAfter) as limited:
            await office.bot.send_message(office.group.id, "х")
        assert limited.value.retry_after == 7
        with pytest.raises(TelegramServerError):
            await office.bot.send_message(office.group.id, "х")
        with pytest.raises(ClientDecodeError):
            await office.bot.send_message(office.group.id, "х")
        assert said(office) == []
        await office.bot.send_message(office.group.id, "х")
        assert [c.error_code for c in office.world.calls if c.method == "sendMessage"] == [429, 500, 502, None]


async def test_a_fault_chooses_its_method_chat_and_moment() -> None:
    async with an_office() as office:
        office.world.start(office.boris, office.bot_user)
        office.world.faults.add("server_error", chat=office.group, after=1, times=2)
        await office.bot.send_message(office.group.id, "1")
        await office.bot.send_message(office.boris.id, "лично")
        for text in ("2", "3"):
            with pytest.raises(TelegramServerError):
                await office.bot.send_message(office.group.id, text)
        await office.bot.send_message(office.group.id, "4")
        assert said(office) == ["1", "4"]


async def test_a_message_telegram_has_forgotten_stays_forgotten() -> None:
    async with an_office() as office:
        sent = await office.bot.send_message(office.group.id, "х")
        office.world.faults.add("forget_message")
        for _ in range(2):
            with pytest.raises(TelegramBadRequest) as refused:
                await office.bot.edit_message_text("у", chat_id=office.group.id, message_id=sent.message_id)
            assert refused.value.message == "Bad Request: message to edit not found"
        assert said(office) == ["х"]


async def test_a_conflict_on_request() -> None:
    async with an_office() as office:
        office.world.faults.add("conflict")
        with pytest.raises(TelegramConflictError):
            await office.bot.get_updates()
        assert await office.bot.get_updates(offset=office.offset) == []


async def test_a_fault_nobody_knows() -> None:
    async with an_office() as office:
        with pytest.raises(ValueError, match="no such fault"):
            office.world.faults.add("earthquake")  # type: ignore[arg-type]
