"""The wall, seen from a second, tiny messenger: other numbers, another length, other links, groups with positive ids."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Clock
from bot.delivery.parts import shown, units
from bot.messenger import (
    Address,
    Albums,
    Fetched,
    Manners,
    Membership,
    NotFetched,
    OutFile,
    Rates,
    Screen,
    Sending,
    Sent,
    Size,
    Window,
)
from bot.process.ticker import Ticker
from handlers.channels import published
from handlers.door import open_door
from handlers.incoming import Incoming, Kind, Mention, Origin, Sender, Voice
from handlers.public import Citizens
from handlers.wishes import CitizenWrote, HandIn
from tests.doors.door_view import GROUP, PRIVATE, Sight
from tests.doors.sorting_room import KEY, Room, a_room
from workflow.office import Actor
from workflow.ports import GROUP_LANE, Letter, account_lane
from workflow.regulation import Source

LOFT = 9_000_000_000
"""Groups have ids above this one."""


class PigeonLinks:
    def to_bot(self, name: str, code: str = "") -> str:
        return f"pigeon://{name}" + (f"#{code}" if code else "")

    def to_channel(self, name: str) -> str:
        return f"pigeon://roof/{name}"

    def to_post(self, chat: int, channel: str, post: int) -> str:
        return f"pigeon://roof/{channel or chat}/{post}"

    def to_message(self, chat: int, message: int, thread: int | None = None) -> str:
        return f"pigeon://loft/{chat - LOFT}/{message}"

    def to_comment(self, channel: str, post: int, message: int) -> str:
        return f"pigeon://roof/{channel}/{post}/{message}"


PIGEONS = Manners(
    rates=Rates(burst=2, per_second=2.0, group=None, bot=Window(5, 1.02), answered=1.003),
    size=Size(units=60, source=2_000, tags=20),
    albums=Albums(most=3, documents=False, each_counts=False),
    lost_after=timedelta(hours=8),
    is_group=lambda chat: chat > LOFT,
    links=PigeonLinks(),
)


@dataclass
class Pigeon:
    """A messenger that remembers what it was given, and when."""

    clock: Clock
    manners: Manners = PIGEONS
    said: list[tuple[int, str, float]] = field(default_factory=list)
    albums: list[list[str]] = field(default_factory=list)

    def chat_of(self, account: int) -> int:
        return account

    async def send(self, chat: int, screen: Screen, reply_to: Address | None = None, start: int = 0) -> Sending:
        text = screen.text.replace("person:", "pigeon://nest/")
        self.said.append((chat, text, self.clock.monotonic()))
        return Sent((Address(chat, len(self.said)),))

    async def send_files(
        self, chat: int, files: tuple[OutFile, ...], reply_to: Address | None = None, silent: bool = True
    ) -> Sending:
        self.albums.append([file.kind for file in files])
        return await self.send(chat, Screen("files"))

    async def edit(self, address: Address, screen: Screen) -> Sending:
        return Sent((address,))

    async def pin(self, address: Address) -> Sending:
        return Sent((address,))

    async def answer_press(self, press: str, text: str, alert: bool = False) -> bool:
        return True

    async def fetch(self, remote: str) -> Fetched | NotFetched:
        return NotFetched("pigeons bring no files")

    async def membership(self, chat: int, account: int) -> Membership | None:
        return Membership.MEMBER


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path, cases=1) as one:
        async with one.books.write(KEY) as tx:
            await tx.people.set_working_group(LOFT + 1, "Инцидент-менеджмент")
        yield one
        assert one.calls() == [], "nothing goes by Telegram"


def a_pigeon(room: Room) -> Pigeon:
    pigeon = Pigeon(room.clock)
    room.deliver_with(pigeon)
    return pigeon


async def test_a_letter_is_as_many_messages_as_this_messenger_needs(room: Room) -> None:
    pigeon = a_pigeon(room)
    text = "Воды нет третий день. " * 20
    await room.say(text)
    await room.sent()
    assert "".join(part for _, part, _ in pigeon.said).split() == text.split()
    assert max(units(shown(part)) for _, part, _ in pigeon.said) <= 60


async def test_a_group_takes_two_a_second_where_no_minute_is_counted(room: Room) -> None:
    pigeon = a_pigeon(room)
    await room.say(*(f"{number}" for number in range(42)))
    await room.sent()
    assert [text for _, text, _ in pigeon.said] == [str(number) for number in range(42)]
    assert round(pigeon.said[-1][2] - pigeon.said[0][2]) == 20


async def test_the_bots_own_window_holds_all_chats(room: Room) -> None:
    pigeon = a_pigeon(room)
    await room.put(*(Letter("say", account_lane(n), 0, body={"text": "?"}) for n in range(1, 12)))
    await room.sent()
    moments = [at for *_, at in pigeon.said]
    assert [b for a, b in zip(moments, moments[5:], strict=False) if b - a < 1.0] == []


async def test_documents_go_one_by_one_and_an_album_counts_once(room: Room) -> None:
    pigeon = a_pigeon(room)
    room.words.files = tuple(room.file(f"{n}", kind) for n, kind in enumerate(["photo"] * 4 + ["document"] * 2))
    await room.card(1, "№ 1")
    await room.sent()
    assert pigeon.albums == [["photo"] * 3, ["photo"], ["document"], ["document"]]
    assert round(pigeon.said[-1][2] - pigeon.said[0][2], 2) == 1.5


async def test_a_person_is_mentioned_in_the_messengers_own_form(room: Room) -> None:
    pigeon = a_pigeon(room)
    await room.put(Letter("notice", GROUP_LANE, 0, body={"text": "срок", "mention": 7}))
    await room.sent()
    assert [text for _, text, _ in pigeon.said] == ['<a href="pigeon://nest/7">Куратор</a>, срок']


@pytest.mark.parametrize(("hours", "letters"), [(7, []), (9, [("say", "waiting")])])
async def test_how_long_an_absence_loses_updates_is_the_messengers(
    room: Room, hours: int, letters: list[tuple[str, str]]
) -> None:
    unused: Any = None
    ticker = Ticker(room.books, KEY, unused, room.clock, lambda: None, lost_after=PIGEONS.lost_after)
    await ticker.note_presence()
    room.later(hours * 3600)
    await ticker.wake_up()
    assert await room.letters() == letters


# --- the doors -----------------------------------------------------------------------------------------------------------

CITIZENS = Citizens(private=True, bot_name="dezhurny", source=Source.WEB, links=PIGEONS.links)


async def test_a_citizens_private_message_and_its_answer_are_found_by_the_messengers_links() -> None:
    view = Sight(actor=Actor(account=5), citizens=CITIZENS)
    (wish,) = await open_door(
        Incoming(Kind.MESSAGE, 5, True, message=3, sender=Sender(5, "Вера"), text="Нет воды"), view
    )
    assert isinstance(wish, CitizenWrote)
    assert (wish.appeal.link, wish.appeal.source, wish.appeal.network) == ("pigeon://dezhurny", Source.WEB, "web")


def test_comments_are_linked_under_the_post_or_in_the_group() -> None:
    square = replace(CITIZENS, discussion=LOFT + 2, channel="okrug")
    assert square.link_to(LOFT + 2, 7, post=12) == "pigeon://roof/okrug/12/7"
    assert square.link_to(LOFT + 2, 7) == "pigeon://loft/2/7"


@pytest.mark.parametrize(
    ("kind", "origin", "expected"),
    [
        (Kind.POST, None, ["pigeon://roof/okrug/12"]),
        (Kind.MESSAGE, Origin("Округ", "pigeon://roof/okrug/12", 5), ["pigeon://roof/okrug/12"]),
        (Kind.MESSAGE, Origin("Округ", "pigeon://roof/other/12", 5), []),
    ],
)
def test_a_channels_post_has_the_messengers_link(kind: Kind, origin: Origin | None, expected: list[str]) -> None:
    incoming = Incoming(kind, text="Мост", date=5, voice=Voice(8, "Округ", "okrug"), post=12, origin=origin)
    assert [wish.seen.link for wish in published(incoming, PIGEONS.links)] == expected
    assert {wish.seen.addresses for wish in published(incoming, PIGEONS.links)} <= {("pigeon://roof/okrug",)}


async def test_the_bot_is_called_as_the_reader_says_however_it_is_written() -> None:
    text = "Коллеги, !dezhurny_bot! третий день нет воды на Школьной, 5"
    called = Mention("dezhurny_bot", 9, 23)
    incoming = Incoming(Kind.MESSAGE, GROUP, message=3, sender=Sender(PRIVATE, "Анна"), text=text, mentions=(called,))
    (wish,) = await open_door(incoming, Sight())
    assert isinstance(wish, HandIn)
    assert wish.appeal.text == "Коллеги,  третий день нет воды на Школьной, 5"
