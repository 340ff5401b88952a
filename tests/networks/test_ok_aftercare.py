"""Comments of Одноклассники after the answer: what stands, what is gone, and what nobody can say."""

from collections.abc import AsyncIterator

import pytest

from networks.port import Gone, NotSeen, Stands
from tests.networks.stands import OkStand


@pytest.fixture
async def stand() -> AsyncIterator[OkStand]:
    here = OkStand()
    await here.server.start()
    yield here
    await here.close()


async def test_comments_are_looked_at_beside_topics(stand: OkStand) -> None:
    there, gone = (stand.ok.comment(stand.zhitel, stand.topic, text) for text in ("Подвоз в 18:00", "Уже есть"))
    stand.ok.delete_comment(gone)
    topic = f"topic/{stand.topic.id}"
    refs = [f"{topic}/comment/{there.id}", f"{topic}/comment/{gone.id}", topic, "chat/C1/C1.2"]
    assert await stand.network().look_after(refs) == {
        refs[0]: Stands("Подвоз в 18:00"),
        refs[1]: Gone(),
        refs[2]: Stands(""),
        refs[3]: NotSeen("not a topic"),
    }


async def test_what_ok_does_not_say_is_not_guessed(stand: OkStand) -> None:
    comment = stand.ok.comment(stand.zhitel, stand.topic, "Нет воды")
    ref = f"topic/{stand.topic.id}/comment/{comment.id}"
    stand.ok.faults.add("error", "discussions.getComment", code=2)
    assert await stand.network().look_after([ref]) == {ref: NotSeen("OK does not say now")}


@pytest.mark.parametrize(
    ("link", "ref"),
    [
        ("https://ok.ru/group/57/topic/155", "topic/155"),
        ("m.ok.ru/group/57/topic/155", "topic/155"),
        ("https://vk.com/wall-1_2?reply=3", None),
        ("готово", None),
    ],
)
async def test_a_link_people_paste_is_an_address_or_none(stand: OkStand, link: str, ref: str | None) -> None:
    assert stand.network().ref_of(link) == ref
