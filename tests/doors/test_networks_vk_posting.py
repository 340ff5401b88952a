"""Posting to VK against the sandbox over HTTP: what stands there afterwards, and what every failure is called."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from networks.port import (
    Ambiguous,
    Answer,
    LookUpImpossible,
    NotPosted,
    Outcome,
    OutFile,
    PollError,
    Posted,
    PostFailure,
    TryLater,
)
from networks.vk import VkAccess, VkNetwork
from sandbox.clock import SandboxClock
from sandbox.vk.model import Comment, Community, VkMessage, VkUser
from sandbox.vk.server import VkServer
from sandbox.vk.world import VkWorld
from tests.patience import VkPatience

NOON = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
TOKEN, SERVICE = "vk1.a.community", "service-token"
PICTURE = OutFile("до.jpg", "image/jpeg", b"jpeg")
PAPER = OutFile("акт.pdf", "application/pdf", b"pdf")


@dataclass
class Place:
    """A citizen's comment and his private message to a community, and a server in front of them."""

    vk: VkWorld
    server: VkServer
    town: Community
    zhitel: VkUser
    comment: Comment
    message: VkMessage
    opened: list[VkNetwork] = field(default_factory=list)

    def network(self, token: str = TOKEN, service: str | None = SERVICE, url: str | None = None) -> VkNetwork:
        limits = VkPatience(self.vk.faults)
        self.opened.append(
            VkNetwork(VkAccess(1001, "Администрация", token, service, api_url=url or self.server.url, limits=limits))
        )
        return self.opened[-1]

    def answer(self, text: str = "Подвоз сегодня до 20:00", *files: OutFile) -> Answer:
        ref = f"wall-1001_{self.comment.post.id}?reply={self.comment.id}"
        return Answer(ref, "comment", text, files, "attempt-1", since=NOON)

    def letter(self, text: str = "Обратитесь в отдел ЖКХ", *files: OutFile) -> Answer:
        return Answer(f"msg:{self.zhitel.id}:{self.message.id}", "message", text, files, "attempt-2", since=NOON)

    def answers(self) -> list[str]:
        """What stands under the post in the community's name."""
        return [c.text for c in self.vk.comments(self.comment.post) if c.author is self.town]

    def letters(self) -> list[str]:
        return [m.text for m in self.vk.messages(self.zhitel, self.town) if m.outgoing]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    vk = VkWorld(SandboxClock(frozen_at=NOON))
    town = vk.add_community("Администрация округа", 1001, TOKEN, SERVICE)
    zhitel = vk.add_person("Житель", "Округа")
    comment = vk.comment(zhitel, vk.post(town, "График приёма"), "Нет воды")
    server = VkServer(vk)
    await server.start()
    here = Place(vk, server, town, zhitel, comment, vk.message(zhitel, town, "Здравствуйте"))
    yield here
    for network in here.opened:
        await network.close()
    await server.stop()


def reason(outcome: Outcome) -> PostFailure | Outcome:
    return outcome.reason if isinstance(outcome, NotPosted) else outcome


# --- it goes well


async def test_an_answer_stands_under_the_comment(place: Place) -> None:
    outcome = await place.network().post(place.answer())
    made = place.vk.comments(place.comment.post)[-1]
    assert outcome == Posted(f"wall-1001_{place.comment.post.id}?reply={made.id}", made.url)
    assert (made.author, made.reply_to, made.text, made.guid) == (
        place.town, place.comment, "Подвоз сегодня до 20:00", "attempt-1",
    )  # fmt: skip


async def test_an_answer_to_a_post_is_a_comment_under_it(place: Place) -> None:
    post = place.vk.wall_post(place.zhitel, place.town, "Прошу убрать снег")
    outcome = await place.network().post(Answer(f"wall-1001_{post.id}", "post", "Уберём", (), "attempt-1"))
    (made,) = place.vk.comments(post)
    assert outcome == Posted(f"wall-1001_{post.id}?reply={made.id}", made.url)
    assert (made.text, made.reply_to) == ("Уберём", None)


async def test_nobody_is_called_by_an_answer(place: Place) -> None:
    text = "[id1|Житель], @durov и *club1 (мы) просили"
    await place.network().post(place.answer(text))
    made = place.vk.comments(place.comment.post)[-1]
    assert made.mentions == []
    assert made.shown.replace("\u2060", "") == text


async def test_files_go_as_documents_under_a_comment(place: Place, tmp_path: Path) -> None:
    on_disk = tmp_path / "paper"
    on_disk.write_bytes(b"pdf")
    outcome = await place.network().post(place.answer("Готово", PICTURE, replace(PAPER, content=on_disk)))
    made = place.vk.comments(place.comment.post)[-1]
    assert isinstance(outcome, Posted)
    assert [(a.kind, a.title, a.data) for a in made.attachments] == [
        ("doc", "до.jpg", b"jpeg"), ("doc", "акт.pdf", b"pdf"),
    ]  # fmt: skip


async def test_a_private_answer_with_a_photo_and_a_paper(place: Place) -> None:
    outcome = await place.network().post(place.letter("Ответ", PICTURE, PAPER))
    made = place.vk.messages(place.zhitel, place.town)[-1]
    assert outcome == Posted(f"msg:{place.zhitel.id}:{made.id}", f"https://vk.com/gim1001?sel={place.zhitel.id}")
    assert (made.text, made.reply_to) == ("Ответ", place.message)
    assert [(a.kind, a.data) for a in made.attachments] == [("photo", b"jpeg"), ("doc", b"pdf")]


async def test_a_private_answer_goes_though_the_question_was_deleted(place: Place) -> None:
    place.vk.all_messages.remove(place.message)
    assert isinstance(await place.network().post(place.letter()), Posted)
    assert place.letters() == ["Обратитесь в отдел ЖКХ"]


async def test_a_private_answer_sent_twice_stands_once(place: Place) -> None:
    network = place.network()
    once, again = await network.post(place.letter()), await network.post(place.letter())
    assert once == again
    assert place.letters() == ["Обратитесь в отдел ЖКХ"]


async def test_too_fast_is_repeated_a_few_times_and_no_more(place: Place) -> None:
    network = place.network()
    place.vk.faults.add("error", "wall.createComment", times=2, code=6)
    assert isinstance(await network.post(place.answer()), Posted)
    place.vk.faults.add("error", "wall.createComment", times=3, code=6)
    assert await network.post(place.answer("второй")) == TryLater(5.0, "VK error 6: Too many requests per second")
    assert place.answers() == ["Подвоз сегодня до 20:00"]
    assert [c.error_code for c in place.vk.calls] == [6, 6, None, 6, 6, 6]


# --- it is refused


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (5, PostFailure.TOKEN_BAD),
        (14, PostFailure.CAPTCHA),
        (15, PostFailure.NO_RIGHT),
        (27, PostFailure.NO_RIGHT),
        (100, PostFailure.REJECTED),
        (212, PostFailure.HIDDEN),
        (213, PostFailure.COMMENTS_CLOSED),
        (222, PostFailure.LINKS_FORBIDDEN),
        (223, PostFailure.TOO_MANY_REPLIES),
    ],
)
async def test_refusals_have_their_own_reasons(place: Place, code: int, expected: PostFailure) -> None:
    place.vk.faults.add("error", "wall.createComment", code=code)
    assert reason(await place.network().post(place.answer())) == expected
    assert place.answers() == []


@pytest.mark.parametrize("code", [1, 6, 9, 10, 29])
async def test_what_passes_is_tried_later(place: Place, code: int) -> None:
    place.vk.faults.add("error", "wall.createComment", times=3, code=code)
    outcome = await place.network().post(place.answer())
    assert isinstance(outcome, TryLater)
    assert outcome.seconds > 0
    assert place.answers() == []


async def test_real_refusals_of_the_world(place: Place) -> None:
    network = place.network()
    place.vk.close_comments(place.comment.post)
    assert reason(await network.post(place.answer())) == PostFailure.COMMENTS_CLOSED
    place.vk.delete_post(place.comment.post)
    assert reason(await network.post(place.answer())) == PostFailure.HIDDEN
    place.vk.forbid_messages(place.zhitel, place.town)
    assert reason(await network.post(place.letter())) == PostFailure.MESSAGES_FORBIDDEN
    place.town.permissions.discard("messages")
    assert reason(await network.post(place.letter())) == PostFailure.NO_RIGHT
    assert reason(await place.network(token="wrong").post(place.answer())) == PostFailure.TOKEN_BAD


async def test_what_does_not_fit_is_not_even_sent(place: Place) -> None:
    network = place.network()
    assert reason(await network.post(place.answer("я" * 16385))) == PostFailure.DOES_NOT_FIT
    assert reason(await network.post(place.answer(" "))) == PostFailure.DOES_NOT_FIT
    assert reason(await network.post(place.letter("я" * 9001))) == PostFailure.DOES_NOT_FIT
    assert reason(await network.post(replace(place.answer(), in_reply_to="ok:1"))) == PostFailure.REJECTED
    assert place.vk.calls == []


async def test_a_file_vk_does_not_take(place: Place, tmp_path: Path) -> None:
    network = place.network()
    nameless = OutFile("файл", "application/octet-stream", b"x")
    assert reason(await network.post(place.answer("Ответ", nameless))) == PostFailure.FILE_REFUSED
    odd = OutFile("a.tiff", "image/jpeg", b"x")
    assert reason(await network.post(place.letter("Ответ", odd))) == PostFailure.FILE_REFUSED
    gone = OutFile("a.pdf", "application/pdf", tmp_path / "gone")
    assert reason(await network.post(place.answer("Ответ", gone))) == PostFailure.FILE_REFUSED
    assert (place.answers(), place.letters()) == ([], [])


# --- the connection breaks


@pytest.mark.parametrize(
    ("kind", "code", "stands", "expected"),
    [
        ("timeout_before", None, 0, Ambiguous),
        ("timeout_after", None, 1, Ambiguous),
        ("reset_before", None, 0, Ambiguous),
        ("reset_after", None, 1, Ambiguous),
        ("html", None, 0, Ambiguous),
        ("server_error", 500, 0, TryLater),
        ("server_error", 503, 0, TryLater),
        ("server_error", 502, 0, Ambiguous),
        ("server_error", 504, 0, Ambiguous),
    ],
)
async def test_broken_postings_and_the_look_for_them(
    place: Place, kind: str, code: int | None, stands: int, expected: type[Outcome]
) -> None:
    network = place.network()
    place.vk.faults.add(kind, "wall.createComment", code=code)  # type: ignore[arg-type]
    outcome = await network.post(place.answer("[id1|Житель], готово"))
    assert isinstance(outcome, expected)
    assert len(place.answers()) == stands
    looked_up = await network.look_up(place.answer("[id1|Житель], готово"))
    if stands:
        made = place.vk.comments(place.comment.post)[-1]
        assert looked_up == Posted(f"wall-1001_{place.comment.post.id}?reply={made.id}", made.url)
    else:
        assert looked_up is None


async def test_nothing_is_ambiguous_when_there_was_no_connection(place: Place) -> None:
    closed = VkServer(VkWorld(place.vk.clock))
    await closed.start()
    await closed.stop()
    assert isinstance(await place.network(url=closed.url).post(place.answer()), TryLater)


@pytest.mark.parametrize("method", ["docs.getWallUploadServer", "upload", "docs.save"])
@pytest.mark.parametrize("kind", ["timeout_before", "reset_after", "html"])
async def test_files_on_the_way_are_never_ambiguous(place: Place, method: str, kind: str) -> None:
    place.vk.faults.add(kind, method)  # type: ignore[arg-type]
    network = place.network()
    assert isinstance(await network.post(place.answer("Готово", PICTURE)), TryLater)
    assert isinstance(await network.post(place.answer("Готово", PICTURE)), Posted)
    assert place.answers() == ["Готово"]


async def test_a_private_answer_is_looked_up_by_its_number(place: Place) -> None:
    network = place.network(service=None)
    place.vk.faults.add("reset_after", "messages.send")
    outcome = await network.post(place.letter())
    looked_up = await network.look_up(place.letter())
    assert isinstance(outcome, Ambiguous)
    assert looked_up == await network.post(place.letter())
    assert place.letters() == ["Обратитесь в отдел ЖКХ"]
    assert await network.look_up(replace(place.letter(), attempt_id="another")) is None


@pytest.mark.parametrize(("newer", "found"), [(100, Posted), (420, Posted), (520, LookUpImpossible)])
async def test_a_talk_is_read_back_to_the_first_attempt(place: Place, newer: int, found: type) -> None:
    network = place.network(service=None)
    await network.post(place.letter())
    for number in range(newer):
        place.vk.message(place.zhitel, place.town, f"И ещё {number}")
    assert type(await network.look_up(place.letter())) is found


async def test_the_look_is_not_deceived(place: Place) -> None:
    network = place.network()
    place.vk.comment(place.town, place.comment.post, "Ответ", reply_to=place.comment)
    place.vk.clock.advance(timedelta(hours=1))
    place.vk.comment(place.zhitel, place.comment.post, "Ответ", reply_to=place.comment)
    other = place.vk.comment(place.zhitel, place.comment.post, "Нет света")
    place.vk.comment(place.town, place.comment.post, "Ответ", reply_to=other)
    later = replace(place.answer("Ответ"), since=NOON + timedelta(hours=1))
    assert await network.look_up(later) is None
    assert isinstance(await network.look_up(place.answer("Ответ")), Posted)


async def test_without_a_token_that_reads_a_person_must_look(place: Place) -> None:
    assert isinstance(await place.network(service=None).look_up(place.answer()), LookUpImpossible)
    place.vk.faults.add("error", "wall.getComments", code=15)
    assert isinstance(await place.network().look_up(place.answer()), LookUpImpossible)


async def test_a_stuck_call_does_not_hold_the_next_one(place: Place) -> None:
    network = place.network()
    place.vk.faults.add("timeout_before", "wall.createComment")
    first, second = await asyncio.gather(network.post(place.answer("раз")), network.post(place.answer("два")))
    assert isinstance(first, Ambiguous)
    assert isinstance(second, Posted)
    assert place.answers() == ["два"]


# --- secrets


async def test_tokens_are_in_no_message_no_trace_and_no_log(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    network = place.network(token="vk1.a.SECRET", service="SECRET-service")
    said = [repr(network), repr(network.__dict__)]
    for kind, code in (("error", 5), ("error", 14), ("html", None), ("reset_before", None), ("server_error", 500)):
        place.vk.faults.add(kind, "wall.createComment", code=code)  # type: ignore[arg-type]
        said.append(repr(await network.post(place.answer())))
    try:
        await network.poll("1")
    except PollError as error:
        said += [repr(error), "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())]
    place.vk.identities["vk1.a.SECRET"] = place.vk.identities[TOKEN]
    position = (await network.poll(None)).position
    place.vk.faults.add("reset_before", "longpoll")
    try:
        await network.poll(position)
    except PollError as error:
        said.append("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
    said += [caplog.text, *(f"{f.level} {f.text}" for f in await network.check())]
    key = place.vk.queues[1001].key
    assert len(said) == 2 + 5 + 2 + 1 + 1 + 5
    assert [text for text in said if "SECRET" in text or key in text] == []
