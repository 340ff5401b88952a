"""VK's payloads become messages of citizens; texts and addresses on their way out and in. Nothing here speaks HTTP."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from networks.port import Attachment, Found, OutFile, UnreadableError
from networks.vk.addresses import WallAddress, parse_link, parse_ref
from networks.vk.outward import escape, limits, same_text
from networks.vk.reading import keep, read_event
from sandbox.vk.markup import read_markup

SAMPLES = Path(__file__).parent / "samples"
PLACE = "Администрация округа"


def sample(name: str, **names: str) -> str:
    event = json.loads((SAMPLES / f"vk_{name}.json").read_text())
    return keep(event, {int(number.removeprefix("id")): name for number, name in names.items()}).raw


def test_a_comment_is_found_whole() -> None:
    assert read_event(sample("wall_reply_new", id555="Житель Округа"), 1001, PLACE) == Found(
        network="vk",
        ref="wall-1001_5?reply=12",
        kind="comment",
        text="Третий день нет воды на Школьной, 5",
        author_name="Житель Округа",
        author_ref="id555",
        written_at=datetime(2026, 1, 12, 9, 30, tzinfo=UTC),
        link="https://vk.com/wall-1001_5?reply=12",
        place=PLACE,
        attachments=(Attachment("photo", "https://sun9-1.userapi.com/w.jpg", ""),),
        reply_to=None,
        own_page=True,
    )


def test_a_reply_in_a_thread_knows_what_it_answers() -> None:
    found = read_event(sample("wall_reply_in_thread"), 1001, PLACE)
    assert found is not None
    assert (found.ref, found.reply_to) == ("wall-1001_5?reply=14", "wall-1001_5?reply=13")
    assert (found.author_name, found.text) == ("Житель", "Администрация, у нас тоже")


def test_a_post_and_a_private_message() -> None:
    post = read_event(sample("wall_post_new"), 1001, PLACE)
    message = read_event(sample("message_new"), 1001, PLACE)
    assert post is not None
    assert message is not None
    assert (post.kind, post.ref, post.link) == ("post", "wall-1001_7", "https://vk.com/wall-1001_7")
    assert post.attachments == (
        Attachment("video", "https://vk.com/video555_456239018", "Двор"),
        Attachment("link", "https://example.org/news", "Новость"),
    )
    assert (message.kind, message.ref, message.link) == ("message", "msg:555:31", "https://vk.com/gim1001?sel=555")
    assert message.attachments == (Attachment("doc", "https://vk.com/doc555_600?hash=x", "акт.pdf"),)


@pytest.mark.parametrize("name", ["wall_post_own", "message_chat"])
def test_what_is_not_for_us_is_none(name: str) -> None:
    assert read_event(sample(name), 1001, PLACE) is None


def test_another_community_s_event_is_not_ours() -> None:
    assert read_event(sample("wall_reply_new"), 1002, PLACE) is None


def test_a_bare_event_of_the_callback_api_reads_the_same() -> None:
    bare = (SAMPLES / "vk_wall_reply_new.json").read_text()
    assert read_event(bare, 1001, PLACE) == read_event(sample("wall_reply_new"), 1001, PLACE)


@pytest.mark.parametrize("raw", ["", "[]", "{}", '{"type":"wall_reply_new","group_id":1001,"object":{"id":1}}', "nul"])
def test_a_broken_event_is_unreadable_and_says_no_more(raw: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_event(raw, 1001, PLACE)
    assert caught.value.__context__ is None


def test_an_event_without_an_id_has_a_key_of_its_content() -> None:
    event = {"type": "wall_post_new", "object": {"id": 1}}
    assert keep(event, {}).key == keep(dict(event), {}).key
    assert keep(event, {}).key != keep(event | {"object": {"id": 2}}, {}).key


# --- addresses


@pytest.mark.parametrize(
    ("link", "ref"),
    [
        ("https://vk.com/wall-1001_5", "wall-1001_5"),
        ("https://vk.ru/wall-1001_5?reply=12", "wall-1001_5?reply=12"),
        ("https://m.vk.com/wall-1001_5?reply=13&thread=12#reply13", "wall-1001_5?reply=13"),
        ("vk.com/wall555_5", "wall555_5"),
        ("https://vk.com/kursky_okrug?w=wall-1001_5", "wall-1001_5"),
        ("https://vk.com/kursky_okrug?w=wall-1001_5_r12", "wall-1001_5?reply=12"),
        ("https://vk.com/feed?w=wall-1001_5%3Freply%3D12", "wall-1001_5?reply=12"),
        ("https://vk.com/feed?z=photo-1_2%2Fwall-1001_5", "photo-1_2"),
        ("https://vk.com/photo-1_2?reply=3", "photo-1_2?reply=3"),
        ("https://m.vk.com/video-1_2?reply=3", "video-1_2?reply=3"),
        ("https://vkvideo.ru/clip-1_2", "video-1_2"),
        ("https://vk.ru/topic-1_2?post=3", "topic-1_2?post=3"),
        ("https://vk.com/topic-1_2?offset=last", "topic-1_2"),
        ("https://vk.com/market-1?w=product-1_2", "product-1_2"),
        ("https://vk.com/photo-1_2x", None),
        ("https://vk.com/photos-1", None),
        ("  https://vk.com/wall-1001_5?reply=12 \n", "wall-1001_5?reply=12"),
        ("https://vk.com/kursky_okrug", None),
        ("https://vk.com.example.org/wall-1001_5", None),
        ("https://ok.ru/wall-1001_5", None),
        ("javascript:alert(1)//vk.com/wall-1_2", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_links_in_every_form_people_copy(link: str, ref: str | None) -> None:
    address = parse_link(link)
    assert (address.ref if address else None) == ref


@pytest.mark.parametrize(
    "ref",
    [
        "wall-1001_5",
        "wall-1001_5?reply=12",
        "msg:555:31",
        "photo-1_2?reply=3",
        "video-1_2",
        "topic-1_2?post=3",
        "product-1_2?reply=3",
    ],
)
def test_refs_come_back_as_they_were(ref: str) -> None:
    address = parse_ref(ref)
    assert address is not None
    assert address.ref == ref


def test_a_thread_is_no_part_of_a_ref() -> None:
    """VK does not name it when it tells of a deleted comment."""
    kept = parse_ref("wall-1_2?reply=3&thread=4")
    assert isinstance(kept, WallAddress)
    assert (kept.ref, kept.thread) == ("wall-1_2?reply=3", 4)
    assert kept == WallAddress(-1, 2, 3)


# --- texts on their way out


@pytest.mark.parametrize(
    "text",
    [
        "[id1|Имя], здравствуйте",
        "[club1|Имя] и [public2|Имя]",
        "@id1 (Имя) и *id1 (Имя)",
        "@durov и *durov",
        "@all, @online",
        "[[id1|x]|y]",
        ".@id1.x и a.@id2.x",
        "[id1:bp-1_2|Имя]",
        "[https://vk.com/id1|Имя]",
    ],
)
def test_nobody_is_called_by_what_goes_out(text: str) -> None:
    assert read_markup(text) != (text, [])
    escaped = escape(text)
    assert read_markup(escaped) == (escaped, [])
    assert escape(escaped) == escaped
    assert same_text(text, escaped)
    assert escaped.replace("\u2060", "") == text


def test_mail_addresses_and_arithmetic_stay_whole() -> None:
    text = "Пишите на zhkh@kursky.ru, 2*3 = 6, список [1]"
    assert escape(text) == text


def test_limits_in_words() -> None:
    assert limits("я" * 16384) == []
    assert limits("я" * 16390) == ["ВКонтакте берёт до 16384 знаков, здесь 16390: сократите на 6."]
    assert limits("😀" * 4501, "message") == ["ВКонтакте берёт до 9000 знаков, здесь 9002: сократите на 2."]
    assert limits(" \u2060 ") == ["Ответ пустой: нужен текст или файл."]
    assert limits("", files=[OutFile("a.exe", "application/x-msdownload", b"x")]) == [
        "Файл «a.exe» ВКонтакте не возьмёт: такой вид файлов там запрещён."
    ]
