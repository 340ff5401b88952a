"""Одноклассники: samples in the shapes of OK's documentation become messages; addresses and links are read both ways."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from networks.ok.addresses import MessageAddress, TopicAddress, parse_link, parse_ref
from networks.ok.reading import keep_message, read_event
from networks.ok.wire import signature
from networks.port import Attachment, Found, UnreadableError

SAMPLES = Path(__file__).parents[1] / "samples" / "ok"
TOPIC = "https://ok.ru/group/5501/topic/155000000001"
CHAT = "https://ok.ru/group/5501/messages"
ASKED = "topic/155000000001/comment/MTc2ODIxMDIwMDA5MTotMTc5Mg=="


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.json").read_text(encoding="utf-8")


def read(name: str) -> Found | None:
    raw = sample(name)
    if '"kind"' not in raw:
        raw = json.dumps({"kind": "message", "body": json.loads(raw)})
    return read_event(raw, 5501, "Округ")


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc, arg-type]


EXPECTED = {
    "webhook_message": Found(
        "ok",
        "chat/C3ecb9d02a600/C3ecb9d02a600.15cea67d78d2059",
        "message",
        "Третий день нет воды на Школьной, 5",
        "Житель",
        "user:123456789012",
        at(2026, 1, 12, 9, 30, 0, 941000),
        CHAT,
        "Округ",
    ),
    "webhook_share": Found(
        "ok",
        "chat/C3ecb9d02a600/C3ecb9d02a600.15cea668c4c2481",
        "message",
        "",
        "Житель Округа",
        "user:123456789012",
        at(2026, 1, 12, 9, 30, 8, 140000),
        CHAT,
        "Округ",
        (
            Attachment("link", "https://example.org/", ""),
            Attachment("photo", "https://i.mycdn.me/i?r=1", ""),
            Attachment("sticker", "", ""),
        ),
    ),
    "webhook_callback": None,
    "webhook_chat_state": None,
    "message_of_group": None,
    "message_of_nobody": None,
    "comment_new": Found(
        "ok",
        ASKED,
        "comment",
        "Когда уберут снег?",
        "Житель Округа",
        "user:570000000001",
        at(2026, 1, 12, 9, 30, 0, 91000),
        TOPIC,
        "Округ",
        (Attachment("photo", "https://i.mycdn.me/i?r=2", ""),),
        own_page=True,
    ),
    "comment_by_wall_time": Found(
        "ok",
        "topic/155000000001/comment/MTc2ODIxMDIwMDA5MjotMTc5Mg==",
        "comment",
        "И у нас",
        "Житель",
        "user:570000000002",
        at(2026, 1, 12, 9, 30),
        TOPIC,
        "Округ",
        reply_to=ASKED,
        own_page=True,
    ),
    "comment_of_group": Found(
        "ok",
        "topic/155000000001/comment/MTc2ODIxMDIwMDA5MzotMTc5Mg==",
        "comment",
        "Уберём сегодня",
        "Администрация округа",
        "group:5501",
        at(2026, 1, 12, 10, 30),
        TOPIC,
        "Округ",
        reply_to=ASKED,
        ours=True,
        own_page=True,
    ),
    "comment_of_group_to_all": None,
    "comment_deleted": Found(
        "ok",
        ASKED,
        "comment",
        "",
        "Житель",
        "user:",
        at(2026, 1, 12, 9, 30, 0, 91000),
        TOPIC,
        "Округ",
        change="deleted",
        own_page=True,
    ),
    "comment_sticker": Found(
        "ok",
        "topic/155000000001/comment/MTc=",
        "comment",
        "",
        "Житель",
        "user:570000000001",
        at(2026, 1, 12, 9, 30, 0, 91000),
        TOPIC,
        "Округ",
        (Attachment("sticker", "", ""),),
        own_page=True,
    ),
}


def test_every_sample_is_read() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_becomes_a_message_or_is_not_for_us(name: str) -> None:
    assert read(name) == EXPECTED[name]


@pytest.mark.parametrize("change", [{"date_ms": "soon"}, {"date_ms": None}, {"date_ms": 10**30}, {"id": None}])
def test_a_comment_of_a_broken_shape_is_parked(change: dict[str, object]) -> None:
    kept = json.loads(sample("comment_new"))
    kept["comment"] |= change
    if change == {"id": None}:
        del kept["comment"]["id"]
    with pytest.raises(UnreadableError) as caught:
        read_event(json.dumps(kept), 5501, "Округ")
    assert "снег" not in str(caught.value)


def test_a_message_without_an_id_cannot_be_kept() -> None:
    with pytest.raises(UnreadableError):
        keep_message({"message": {"text": "тайное слово"}})


@pytest.mark.parametrize(
    ("ref", "address"),
    [
        ("topic/155", TopicAddress("155")),
        ("topic/155/comment/MTc:-1=", TopicAddress("155", "MTc:-1=")),
        ("chat/C3ec/C3ec.15ce", MessageAddress("C3ec", "C3ec.15ce")),
    ],
)
def test_a_ref_leads_back_to_its_address(ref: str, address: TopicAddress | MessageAddress) -> None:
    assert (parse_ref(ref), address.ref) == (address, ref)


@pytest.mark.parametrize(
    "ref", ["", "topic/", "topic/1/comment/", "topic/1/comment/a b", "chat/1", "wall-1_2", "topic/-1"]
)
def test_other_words_are_no_refs(ref: str) -> None:
    assert parse_ref(ref) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://ok.ru/group/5501/topic/155",
        "ok.ru/group/5501/topic/155/",
        "https://m.ok.ru/group/5501/topic/155?x=1#y",
        "http://www.odnoklassniki.ru/kursky.okrug/topic/155",
        " https://ok.ru/kursky-okrug/statuses/155 ",
    ],
)
def test_people_copy_links_in_many_forms(link: str) -> None:
    assert parse_link(link) == TopicAddress("155")


@pytest.mark.parametrize(
    "link",
    [
        "https://ok.ru.example.org/group/1/topic/2",
        "https://ok.ru/group/1/topic/2/x",
        "ftp://ok.ru/group/1/topic/2",
        "https://ok.ru/1",
    ],
)
def test_foreign_pages_are_no_topics(link: str) -> None:
    assert parse_link(link) is None


def test_the_published_example_of_a_signature_comes_out() -> None:
    """FACTS §4. The secret is the MD5 of the token and the application's key, as OK hands it out with the session."""
    params = {
        "method": "events.get",
        "format": "json",
        "application_key": "ABCDEFGHIGKLMNOPK",
        "access_token": "-s-84W-s3egarWUsbkq-IWTucuedzTKT8VUXIA.s4Xx8IW7",
    }
    assert signature(params, "b1a2b89707a94624c43afae67d59274c") == "232c8eb921951c4dba9b72606f9ddb4c"
