"""What holds for every network there is, against its stand over HTTP. A new network is one line in `STANDS`."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from networks.port import (
    Ambiguous,
    Answer,
    Batch,
    Found,
    LinkProblem,
    LinkTrouble,
    LookUpImpossible,
    Network,
    NotPosted,
    Outcome,
    OutFile,
    PollError,
    Posted,
    PostFailure,
    TryLater,
    UnreadableError,
)
from tests.networks.stands import NOON, PLACE, STANDS, Stand, found, read_back


@pytest.fixture(params=STANDS)
async def stand(request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
    here = STANDS[request.param]()
    await here.server.start()
    yield here
    await here.close()


async def asked(stand: Stand, network: Network, text: str = "Здравствуйте") -> Found:
    """A private message of the citizen, as the network gives it."""
    start = (await network.poll(None)).position
    stand.writes(text)
    return found(network, await network.poll(start))[0]


def answer(to: Found, text: str = "Подвоз сегодня в 18:00") -> Answer:
    return Answer(to.ref, to.kind, text, (), "attempt-1", since=NOON)


def test_every_network_of_the_program_stands_here() -> None:
    assert sorted(STANDS) == ["ok", "vk"]


# --- listening


async def test_the_first_poll_only_says_where_to_begin(stand: Stand) -> None:
    stand.comments("до начала")
    stand.writes("тоже до начала")
    network = stand.network()
    begun = await network.poll(None)
    stand.clock.advance(timedelta(minutes=5))
    stand.comments("Нет воды")
    stand.writes("И света нет")
    came = found(network, await network.poll(begun.position))
    assert (begun.items, begun.gap, bool(begun.position)) == ((), False, True)
    assert [(m.text, m.kind, m.place, m.written_at, m.author_name) for m in sorted(came, key=lambda m: m.kind)] == [
        ("Нет воды", "comment", PLACE, NOON + timedelta(minutes=5), "Житель Округа"),
        ("И света нет", "message", PLACE, NOON + timedelta(minutes=5), "Житель Округа"),
    ]
    assert [(m.network, m.change, m.ours) for m in came] == [(network.key, "new", False)] * 2


async def test_the_same_position_gives_the_same_events(stand: Stand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    stand.comments("первый")
    stand.writes("второй")
    once = await network.poll(start)
    again = await network.poll(start)
    restarted = await stand.network().poll(start)
    after = await network.poll(once.position)
    assert len(once.items) == 2
    assert again == restarted == once
    assert after == Batch((), once.position)


async def test_a_key_and_a_ref_stay_the_same(stand: Stand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    stand.comments("раз")
    stand.comments("два")
    stand.writes("три")
    polled = await network.poll(start)
    caught = await read_back(stand.network(), NOON - timedelta(hours=1))
    refs = {m.ref: m for m in found(network, polled)}
    assert len({event.key for event in polled.items}) == len(refs) == 3
    assert {m.ref: m for m in found(network, caught)}.items() <= refs.items()
    assert {m.text for m in found(network, caught) if m.kind == "comment"} == {"раз", "два"}


async def test_reading_is_pure(stand: Stand) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    stand.comments("Нет воды")
    raw = (await network.poll(start)).items[0].raw
    first = network.read(raw)
    await network.close()
    assert first is not None
    assert first == network.read(raw) == stand.network().read(raw)
    assert type(first) is Found


@pytest.mark.parametrize("raw", ["", "{}", "[]", "null", "7", '{"kind": "comment"}', '{"type": "wall_reply_new"}', "["])
async def test_what_has_no_known_shape_is_parked(stand: Stand, raw: str) -> None:
    with pytest.raises(UnreadableError):
        stand.network().read(raw)


@pytest.mark.parametrize("kind", ["timeout_before", "reset_before", "reset_after", "server_error", "html"])
async def test_a_broken_connection_moves_nothing(stand: Stand, kind: str) -> None:
    network = stand.network()
    start = (await network.poll(None)).position
    stand.comments("Нет воды")
    stand.fault(kind, "listening")
    with pytest.raises(PollError) as caught:
        await network.poll(start)
    assert (caught.value.operator_needed, caught.value.seconds <= 60) == (False, True)
    assert [m.text for m in found(stand.network(), await stand.network().poll(start))] == ["Нет воды"]


async def test_keys_that_are_no_longer_good_need_the_operator(stand: Stand) -> None:
    stand.revoke()
    with pytest.raises(PollError) as caught:
        await stand.network().poll(None)
    assert caught.value.operator_needed is True
    assert (await stand.network().check())[0].level == "error"


# --- answering


async def test_an_answer_stands_once(stand: Stand) -> None:
    network = stand.network()
    message = await asked(stand, network)
    outcome = await network.post(answer(message))
    assert isinstance(outcome, Posted)
    assert outcome.link.startswith("https://")
    assert stand.private_words() == ["Здравствуйте", "Подвоз сегодня в 18:00"]
    assert await network.look_up(answer(message)) == outcome


@pytest.mark.parametrize(
    ("kind", "stands"), [("timeout_after", True), ("timeout_before", False), ("reset_after", True)]
)
async def test_a_doubtful_end_is_looked_up(stand: Stand, kind: str, stands: bool) -> None:
    network = stand.network()
    message = await asked(stand, network)
    stand.fault(kind, "sending")
    outcome = await network.post(answer(message))
    there = await network.look_up(answer(message))
    assert isinstance(outcome, Ambiguous)
    assert isinstance(there, Posted) is stands
    assert there is None or isinstance(there, Posted)
    assert stand.private_words() == ["Здравствуйте"] + ["Подвоз сегодня в 18:00"] * stands


async def test_an_overloaded_network_is_asked_later(stand: Stand) -> None:
    network = stand.network()
    message = await asked(stand, network)
    stand.fault("server_error", "sending", 503)
    outcome = await network.post(answer(message))
    assert (type(outcome), stand.private_words()) == (TryLater, ["Здравствуйте"])
    assert await network.look_up(answer(message)) is None


async def test_bad_keys_post_nothing(stand: Stand) -> None:
    network = stand.network()
    message = await asked(stand, network)
    stand.revoke()
    outcome = await network.post(answer(message))
    there = await network.look_up(answer(message))
    assert isinstance(outcome, NotPosted)
    assert (outcome.reason, type(there)) == (PostFailure.TOKEN_BAD, LookUpImpossible)


async def test_an_address_of_another_network_is_refused(stand: Stand) -> None:
    outcome = await stand.network().post(Answer("mail:7", "message", "Ответ", (), "attempt-1"))
    assert isinstance(outcome, NotPosted)
    assert outcome.reason is PostFailure.REJECTED


@pytest.mark.parametrize("kind", ["comment", "message"])
async def test_limits_are_told_before_posting(stand: Stand, kind: str) -> None:
    network = stand.network()
    assert network.limits("Ответ", kind) == []  # type: ignore[arg-type]
    assert len(network.limits("", kind)) == 1  # type: ignore[arg-type]
    assert len(network.limits("я" * 20_000, kind)) == 1  # type: ignore[arg-type]
    assert network.as_shown("  Ответ\r\nв две строки ") == "Ответ\nв две строки"


async def test_what_does_not_fit_is_not_sent(stand: Stand) -> None:
    network = stand.network()
    message = await asked(stand, network)
    outcome = await network.post(answer(message, "я" * 20_000))
    assert isinstance(outcome, NotPosted)
    assert (outcome.reason, stand.private_words()) == (PostFailure.DOES_NOT_FIT, ["Здравствуйте"])


# --- links


async def test_a_link_becomes_a_message_or_a_reason(stand: Stand) -> None:
    network, links = stand.network(), stand.links()
    citizen = await network.fetch_link(links["citizen"])
    troubles = [await network.fetch_link(links["own"]), await network.fetch_link(links["gone"])]
    assert isinstance(citizen, Found)
    assert (citizen.text, citizen.kind, citizen.author_name, citizen.written_at, citizen.place) == (
        "Прошу помочь",
        "post",
        "Житель Округа",
        NOON,
        PLACE,
    )
    assert [one.reason for one in troubles if isinstance(one, LinkProblem)] == [LinkTrouble.OWN, LinkTrouble.NOT_FOUND]


@pytest.mark.parametrize(
    "link", ["", "привет", "https://example.org/wall-1_2", "http://[", "file:///etc/passwd", "ok.ru"]
)
async def test_other_words_are_no_links(stand: Stand, link: str) -> None:
    assert await stand.network().fetch_link(link) == LinkProblem(LinkTrouble.NOT_A_LINK)


# --- keys and texts stay inside


async def test_no_key_and_no_text_gets_out(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    network = stand.network()
    message = await asked(stand, network, "тайное слово")
    said: list[object] = [network, stand.opened, await network.check()]
    outcomes: list[Outcome] = []
    for kind in ("timeout_after", "reset_before", "server_error", "html"):
        stand.fault(kind, "sending")
        outcomes.append(await network.post(answer(message, "ответ с тайной")))
        start = (await network.poll(None)).position
        stand.fault(kind, "listening")
        with pytest.raises(PollError) as caught:
            await network.poll(start)
        said += [str(caught.value), repr(caught.value.__cause__), repr(caught.value.__context__)]
    stand.revoke()
    outcomes.append(await network.post(answer(message, "ответ с тайной")))
    outcomes.append(await network.post(Answer(message.ref, "message", "", (OutFile("a", "b", b"c"),), "a")))
    out = f"{said} {outcomes} {caplog.text}"
    assert [word for word in (*stand.secrets, "тайн") if word in out] == []
    assert len(outcomes) == 6
