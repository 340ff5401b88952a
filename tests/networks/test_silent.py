"""Networks that bring nothing by themselves: what holds for each of them, and what citizens' Telegram does with an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import HeldClock
from bot.delivery.limits import Pace
from bot.messenger import Address, Gone, Later, Moved, OutFile, Rejected, Screen, Sending, Sent, Unknown, Unreachable
from bot.process.child import Child
from bot.telegram.manners import RATES
from bot.telegram.network import TelegramNetwork
from networks import port
from networks.port import (
    Ambiguous,
    Answer,
    Done,
    LinkProblem,
    LinkTrouble,
    LookUpImpossible,
    Moderates,
    Network,
    NotDone,
    NotPosted,
    Outcome,
    PollError,
    Posted,
    PostFailure,
    TryLater,
    Unread,
    UnreadableError,
)
from networks.web.network import WebNetwork
from networks.web.wire import WebLimits, Wire

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
GROUP, CITIZEN = -1001234500077, 5100000009
Went = tuple[str, int, str, int | None, bool]


@dataclass
class Sender:
    """A messenger that remembers what went out and ends as it was told to, in order; then well."""

    endings: list[Sending] = field(default_factory=list)
    went: list[Went] = field(default_factory=list)

    async def send(
        self, chat: int, screen: Screen, reply_to: Address | None = None, start: int = 0, *, must_reply: bool = False
    ) -> Sending:
        return self._end(chat, "words", screen.text, reply_to, must_reply)

    async def send_files(
        self,
        chat: int,
        files: tuple[OutFile, ...],
        reply_to: Address | None = None,
        silent: bool = True,
        *,
        must_reply: bool = False,
    ) -> Sending:
        return self._end(chat, "files", ",".join(f"{file.kind}:{file.name}" for file in files), reply_to, must_reply)

    async def take_away(self, address: Address) -> Sending:
        return self._end(address.chat, "delete", "", address, False)

    async def shut_out(self, chat: int, account: int) -> Sending:
        return self._end(chat, "ban", str(account), None, False)

    async def let_in(self, chat: int, account: int) -> Sending:
        return self._end(chat, "unban", str(account), None, False)

    async def publish(self, channel: str, text: str, files: tuple[OutFile, ...]) -> Sending:
        return self._end(0, channel, ",".join([text, *(file.name for file in files)]), None, False)

    def _end(self, chat: int, what: str, shown: str, reply_to: Address | None, must_reply: bool) -> Sending:
        ending = self.endings.pop(0) if self.endings else Sent((Address(chat, 500 + len(self.went)),))
        if isinstance(ending, Sent):
            self.went.append((what, chat, shown, reply_to.message if reply_to else None, must_reply))
        return ending


def telegram(sender: Sender, pace: Pace | None = None) -> TelegramNetwork:
    return TelegramNetwork(
        sender, pace or Pace(RATES), HeldClock(NOON), lambda chat, message: f"https://t.me/x/{message}"
    )


SILENT: dict[str, Network] = {
    "telegram": telegram(Sender()),
    "web": WebNetwork(Wire(WebLimits()), Child().window("page"), lambda: NOON),
}


def answer(text: str = "Подвоз в 18:00", *, chat: int = GROUP, files: tuple[port.OutFile, ...] = ()) -> Answer:
    return Answer(f"{chat}:77", "comment" if chat < 0 else "message", text, files, "attempt-1")


@pytest.mark.parametrize("network", SILENT.values(), ids=SILENT)
async def test_nothing_is_heard_from_a_silent_network(network: Network) -> None:
    with pytest.raises(PollError):
        await network.poll(None)
    with pytest.raises(UnreadableError):
        network.read("{}")
    assert [one async for one in network.catch_up(NOON, NOON)] == [Unread.NO_KEY]
    assert isinstance(await network.look_up(answer()), LookUpImpossible)
    assert await network.fetch_link("https://t.me/okrug/5") == LinkProblem(LinkTrouble.NOT_A_LINK)
    assert isinstance(await network.post(Answer("mail:7", "message", "Ответ", (), "attempt-1")), NotPosted)
    await network.close()


@pytest.mark.parametrize(("chat", "must_reply"), [(GROUP, True), (CITIZEN, False)])
async def test_an_answer_goes_out_as_a_reply(chat: int, must_reply: bool) -> None:
    sender = Sender()
    outcome = await telegram(sender).post(answer(" Улица <Мира> & 5\r\nв 18:00 ", chat=chat))
    assert outcome == Posted(f"{chat}:500", "https://t.me/x/500")
    assert sender.went == [("words", chat, "Улица &lt;Мира&gt; &amp; 5\nв 18:00", 77, must_reply)]


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (Unknown("timeout"), Ambiguous("timeout")),
        (Later(7.0, "too many requests", limited=True), TryLater(7.0, "too many requests")),
        (Unreachable("bot was blocked by the user"), NotPosted(PostFailure.MESSAGES_FORBIDDEN, "bot was blocked by the user")),
        (Gone(), NotPosted(PostFailure.HIDDEN, "the message is gone")),
        (Rejected("Bad Request: message to be replied not found"),
         NotPosted(PostFailure.HIDDEN, "Bad Request: message to be replied not found")),
        (Rejected("Bad Request: nonsense"), NotPosted(PostFailure.REJECTED, "Bad Request: nonsense")),
        (Moved(-5), NotPosted(PostFailure.NO_RIGHT, "the group has another number now")),
    ],
)  # fmt: skip
async def test_every_ending_of_a_sending_has_its_meaning(ending: Sending, expected: Outcome) -> None:
    assert await telegram(Sender([ending])).post(answer()) == expected


async def test_files_go_first_and_only_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"jpg")
    files = (
        port.OutFile("yama.jpg", "image/jpeg", tmp_path / "a"),
        port.OutFile("akt.pdf", "application/pdf", tmp_path / "a"),
    )
    sender = Sender([Sent((Address(GROUP, 1), Address(GROUP, 2))), Later(3.0, "never sent")])
    network = telegram(sender)
    assert await network.post(answer(files=files)) == TryLater(3.0, "never sent")
    assert isinstance(await network.post(answer(files=files)), Posted)
    assert [(what, shown) for what, _, shown, *_ in sender.went] == [
        ("files", "photo:yama.jpg,document:akt.pdf"),
        ("words", "Подвоз в 18:00"),
    ]


async def test_the_groups_limit_holds_answers_too() -> None:
    pace, sender = Pace(RATES), Sender()
    pace.spent(GROUP, True, HeldClock(NOON).monotonic(), RATES.group.most)
    outcome = await telegram(sender, pace).post(answer())
    assert isinstance(outcome, TryLater)
    assert (outcome.seconds > 50, sender.went) == (True, [])


@pytest.mark.parametrize("text", ["", "  ", "я" * 4097])
async def test_what_does_not_fit_is_said_and_not_sent(text: str) -> None:
    sender = Sender()
    network = telegram(sender)
    outcome = await network.post(answer(text))
    assert isinstance(outcome, NotPosted)
    assert (outcome.reason, len(network.limits(text, "comment")), sender.went) == (PostFailure.DOES_NOT_FIT, 1, [])
    assert network.limits("я" * 4096, "comment") == []


# --- moderation of the discussion group ----------------------------------------------------------------------------------


def square(sender: Sender) -> TelegramNetwork:
    return TelegramNetwork(sender, Pace(RATES), HeldClock(NOON), lambda chat, message: "", GROUP)


async def test_pa_2_3_only_the_discussion_group_is_moderated() -> None:
    sender = Sender()
    network = square(sender)
    assert isinstance(network, Moderates)
    assert (network.may_moderate, telegram(sender).may_moderate) == (True, False)
    assert await network.delete(f"{GROUP}:77") == Done()
    assert await network.ban("5100000009", "причина") == Done()
    assert await network.unban("-1001500000001") == Done()
    refused = [
        await network.delete(f"{CITIZEN}:77"),
        await network.delete("wall-1_2"),
        await network.ban("id7"),
        await network.unban(""),
        await network.restore(f"{GROUP}:77"),
        await telegram(sender).ban("5100000009"),
    ]
    assert [type(one) for one in refused] == [NotDone] * 6
    assert sender.went == [
        ("delete", GROUP, "", 77, False),
        ("ban", GROUP, "5100000009", None, False),
        ("unban", GROUP, "-1001500000001", None, False),
    ]


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (Unknown("timeout"), Ambiguous("timeout")),
        (Later(7.0, "too many requests", limited=True), TryLater(7.0, "too many requests")),
        (Rejected("Bad Request: message to delete not found"), Done()),
        (Gone(), Done()),
        (
            Rejected("Bad Request: message can't be deleted"),
            NotDone(PostFailure.NO_RIGHT, "Bad Request: message can't be deleted"),
        ),
        (Unreachable("bot was kicked"), NotDone(PostFailure.NO_RIGHT, "bot was kicked")),
        (Moved(-5), NotDone(PostFailure.NO_RIGHT, "the group has another number now")),
    ],
)
async def test_each_end_of_a_deletion_has_its_meaning(ending: Sending, expected: object) -> None:
    assert await square(Sender([ending])).delete(f"{GROUP}:77") == expected
