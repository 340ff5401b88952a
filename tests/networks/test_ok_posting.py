"""Answers in Одноклассники: messages are sent, comments are a person's work until OK grants a method, errors have meanings."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from networks.ok.failures import failed, poll_error
from networks.ok.wire import Answered, Refused, Unanswered
from networks.port import (
    Ambiguous,
    Answer,
    LookUpImpossible,
    NotPosted,
    OutFile,
    Posted,
    PostFailure,
    TryLater,
)
from tests.networks.stands import NOON, OkStand, found

METHOD = "discussions.addDiscussionComment"


@pytest.fixture
async def stand() -> AsyncIterator[OkStand]:
    here = OkStand()
    await here.server.start()
    yield here
    await here.close()


def to_comment(stand: OkStand, text: str = "Воду дадут в шесть") -> Answer:
    comment = stand.ok.comment(stand.zhitel, stand.topic, "Нет воды")
    return Answer(f"topic/{stand.topic.id}/comment/{comment.id}", "comment", text, (), "attempt-1", since=NOON)


def to_message(stand: OkStand, text: str = "Воду дадут в шесть") -> Answer:
    message = stand.ok.message(stand.zhitel, stand.town, "Нет воды")
    return Answer(f"chat/{message.chat.id}/{message.mid}", "message", text, (), "attempt-1", since=NOON)


# --- comments


async def test_a_comment_is_answered_by_hand_until_a_method_is_set(stand: OkStand) -> None:
    outcome = await stand.network().post(to_comment(stand))
    assert isinstance(outcome, NotPosted)
    assert outcome.reason is PostFailure.NO_RIGHT
    assert [call for call in stand.ok.calls if call.method.startswith(("disc", "POST"))] == []


async def test_a_granted_method_posts_as_the_group_in_reply(stand: OkStand) -> None:
    stand.town.granted.add(METHOD)
    network = stand.network(post_comments=METHOD)
    answer = to_comment(stand)
    outcome = await network.post(answer)
    asked, made = stand.ok.comments(stand.topic)
    assert (made.author, made.text, made.reply_to) == (stand.town, "Воду дадут в шесть", asked)
    assert outcome == Posted(f"topic/{stand.topic.id}/comment/{made.id}", stand.topic.url)
    assert await network.look_up(answer) == outcome


async def test_a_method_that_is_not_granted_goes_back_to_a_person(stand: OkStand) -> None:
    outcome = await stand.network(post_comments=METHOD).post(to_comment(stand))
    assert outcome == NotPosted(PostFailure.NO_RIGHT, "OK error 3 METHOD")


@pytest.mark.parametrize(("kind", "stands"), [("timeout_after", True), ("reset_before", False)])
async def test_a_doubtful_comment_is_looked_up(stand: OkStand, kind: str, stands: bool) -> None:
    stand.town.granted.add(METHOD)
    network = stand.network(post_comments=METHOD)
    answer = to_comment(stand)
    stand.ok.faults.add(kind, METHOD)  # type: ignore[arg-type]
    outcome = await network.post(answer)
    assert isinstance(outcome, Ambiguous)
    assert isinstance(await network.look_up(answer), Posted) is stands


async def test_the_same_words_of_yesterday_or_of_a_citizen_are_not_the_answer(stand: OkStand) -> None:
    network = stand.network(post_comments=METHOD)
    answer = to_comment(stand)
    comment = stand.ok.comments(stand.topic)[0]
    stand.ok.comment(stand.zhitel, stand.topic, "Воду дадут в шесть", reply_to=comment)
    stand.ok.clock.advance(timedelta(days=-1))
    stand.ok.comment(stand.town, stand.topic, "Воду дадут в шесть", reply_to=comment)
    assert await network.look_up(answer) is None


async def test_an_answer_among_too_many_must_be_looked_for_by_a_person(stand: OkStand) -> None:
    network = stand.network(post_comments=METHOD)
    answer = to_comment(stand)
    for number in range(120):
        stand.comments(f"{number}")
    assert isinstance(await network.look_up(answer), LookUpImpossible)


async def test_a_comment_that_is_gone_is_said(stand: OkStand) -> None:
    stand.town.granted.add(METHOD)
    answer = to_comment(stand)
    stand.ok.delete_comment(stand.ok.comments(stand.topic)[0])
    outcome = await stand.network(post_comments=METHOD).post(answer)
    assert outcome == NotPosted(PostFailure.HIDDEN, "OK error 700 COMMENT_NOT_FOUND")


# --- messages


async def test_our_own_message_never_comes_back_as_one(stand: OkStand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    outcome = await network.post(to_message(stand))
    batch = await network.poll(start)
    assert isinstance(outcome, Posted)
    assert [m.text for m in found(network, batch)] == ["Нет воды"]


async def test_a_person_may_forbid_messages(stand: OkStand) -> None:
    answer = to_message(stand)
    stand.ok.forbid_messages(stand.zhitel, stand.town)
    outcome = await stand.network().post(answer)
    assert outcome == NotPosted(PostFailure.MESSAGES_FORBIDDEN, "OK error 458 PRIVACY_RESTRICTION")


async def test_a_chat_that_does_not_exist_is_said(stand: OkStand) -> None:
    outcome = await stand.network().post(Answer("chat/C0/C0.1", "message", "Ответ", (), "a"))
    assert outcome == NotPosted(PostFailure.HIDDEN, "OK error 705 CHAT_NOT_FOUND")


async def test_files_are_said_before_and_not_sent(stand: OkStand) -> None:
    network = stand.network()
    answer = to_message(stand)
    files = (OutFile("photo.jpg", "image/jpeg", b"x"),)
    outcome = await network.post(Answer(answer.in_reply_to, "message", "Ответ", files, "a"))
    assert len(network.limits("Ответ", "message", files)) == 1
    assert isinstance(outcome, NotPosted)
    assert (outcome.reason, stand.private_words()) == (PostFailure.FILE_REFUSED, ["Нет воды"])


async def test_half_of_the_keys_does_half_of_the_work(stand: OkStand) -> None:
    only_messages, only_comments = stand.network(session=None), stand.network(group_token=None)
    assert isinstance(await only_messages.post(to_message(stand)), Posted)
    refused = await only_comments.post(to_message(stand))
    assert isinstance(refused, NotPosted)
    assert refused.reason is PostFailure.TOKEN_BAD
    assert isinstance(await only_comments.look_up(to_message(stand)), LookUpImpossible)
    assert isinstance(await only_messages.look_up(to_comment(stand)), LookUpImpossible)
    assert [finding.level for finding in await only_messages.check()] == ["ok", "warning"]
    assert [finding.level for finding in await only_comments.check()] == ["warning", "ok", "warning"]


@pytest.mark.parametrize(
    ("kind", "most", "words"),
    [("message", 3900, "сократите на 1."), ("comment", 3000, "сократите на 901.")],
)
async def test_the_limit_is_told_in_numbers(stand: OkStand, kind: str, most: int, words: str) -> None:
    (problem,) = stand.network().limits("я" * 3901, kind)  # type: ignore[arg-type]
    assert problem == f"Одноклассники берут до {most} знаков, здесь 3901: {words}"


# --- errors

KEY_ERRORS = (101, 102, 103, 104, 105, 210, 401, 451, 453)
MEANINGS: dict[int, PostFailure] = {
    **dict.fromkeys(KEY_ERRORS, PostFailure.TOKEN_BAD),
    **dict.fromkeys((402, 403, 514), PostFailure.CAPTCHA),
    **dict.fromkeys((3, 10, 22, 23, 24, 50, 200, 457), PostFailure.NO_RIGHT),
    **dict.fromkeys((160, 300, 700, 702, 705, 706), PostFailure.HIDDEN),
    456: PostFailure.COMMENTS_CLOSED,
    **dict.fromkeys((455, 458), PostFailure.MESSAGES_FORBIDDEN),
    607: PostFailure.LINKS_FORBIDDEN,
    **dict.fromkeys((30, 600, 601), PostFailure.DOES_NOT_FIT),
    **dict.fromkeys((4, 100, 454, 511, 2001, 77777), PostFailure.REJECTED),
}


@pytest.mark.parametrize("code", MEANINGS)
async def test_an_error_of_ok_has_a_meaning(stand: OkStand, code: int) -> None:
    network, answer = stand.network(), to_message(stand)
    stand.ok.faults.add("error", "POST messages", code=code)
    outcome = await network.post(answer)
    assert isinstance(outcome, NotPosted)
    assert outcome.reason is MEANINGS[code]


@pytest.mark.parametrize(("code", "seconds"), [(2, 30), (7, 300), (8, 600), (9, 3600), (11, 600), (26, 3600), (31, 15)])
async def test_an_error_that_passes_is_waited_out(stand: OkStand, code: int, seconds: float) -> None:
    network, answer = stand.network(), to_message(stand)
    stand.ok.faults.add("error", "POST messages", code=code)
    outcome = await network.post(answer)
    assert isinstance(outcome, TryLater)
    assert (outcome.seconds, poll_error(Refused(code, "")).seconds) == (seconds, seconds)
    assert poll_error(Refused(code, "")).operator_needed is False


@pytest.mark.parametrize("code", [1, 5000, 9999])
def test_an_unclear_error_after_posting_is_a_doubt(code: int) -> None:
    assert isinstance(failed(Refused(code, ""), writes=True), Ambiguous)
    assert isinstance(failed(Refused(code, ""), writes=False), TryLater)
    assert poll_error(Refused(code, "")).operator_needed is False


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Unanswered("HTTP 401", sent=True, status=401), NotPosted),
        (Unanswered("HTTP 404", sent=True, status=404), NotPosted),
        (Unanswered("HTTP 429", sent=True, status=429), TryLater),
        (Unanswered("HTTP 500", sent=True, status=500), TryLater),
        (Unanswered("HTTP 502", sent=True, status=502), Ambiguous),
        (Unanswered("HTTP 504", sent=True, status=504), Ambiguous),
        (Unanswered("HTTP 200, not JSON", sent=True, status=200), Ambiguous),
        (Unanswered("no connection", sent=False), TryLater),
        (Unanswered("no answer", sent=True), Ambiguous),
    ],
)
def test_a_silence_has_a_meaning(reply: Unanswered, outcome: type[object]) -> None:
    assert type(failed(reply, writes=True)) is outcome


@pytest.mark.parametrize("code", [*KEY_ERRORS, 10, 100, 300])
def test_what_waiting_does_not_help_with_needs_the_operator(code: int) -> None:
    assert poll_error(Refused(code, "")).operator_needed is True


def test_an_answer_of_unknown_shape_is_waited_out() -> None:
    assert poll_error(Answered([])).operator_needed is False
