"""What VK tells of photos, videos, discussions, goods and messages, of edits and deletions, becomes the port's words."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from networks.port import Attachment, Found, UnreadableError
from networks.vk.reading import EVENTS, keep, read_event

SAMPLES = Path(__file__).parents[1] / "samples" / "vk"
PLACE = "Администрация округа"
WRITTEN = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
PHOTO, VIDEO, TOPIC = "photo-1001_457239017", "video-1001_456239018", "topic-1001_38446232"


def found(name: str, **learnt: object) -> Found | None:
    event = json.loads((SAMPLES / f"{name}.json").read_text())
    return read_event(keep(event, {555: "Житель Округа"}, **learnt).raw, 1001, PLACE)


@pytest.mark.parametrize(
    ("name", "ref", "reply_to", "text"),
    [
        ("photo_comment_new", f"{PHOTO}?reply=41", f"{PHOTO}?reply=40", "Когда уберут этот мусор?"),
        ("video_comment_new", f"{VIDEO}?reply=51", None, "На видео наш двор"),
        ("board_post_new", f"{TOPIC}?post=7", f"{TOPIC}?post=6", "Сосед, и у нас нет воды"),
        ("market_comment_new", "product-1001_3?reply=61", None, "Почём талоны?"),
    ],
)
def test_comments_are_found_wherever_they_stand(name: str, ref: str, reply_to: str | None, text: str) -> None:
    photo = (Attachment("photo", "https://sun9-1.userapi.com/x.jpg", ""),) if name == "video_comment_new" else ()
    link = f"https://vk.com/{ref}"
    assert found(name) == Found(
        "vk", ref, "comment", text, "Житель Округа", "id555", WRITTEN, link, PLACE, photo, reply_to, own_page=True
    )


def test_a_suggested_post_is_a_post() -> None:
    post = found("wall_post_suggest")
    assert post is not None
    assert (post.kind, post.ref, post.text) == ("post", "wall-1001_8", "Предлагаю осветить остановку")


@pytest.mark.parametrize(
    ("name", "change", "ref", "text"),
    [
        ("wall_reply_edit", "edited", "wall-1001_5?reply=14", "Нет воды с пятницы"),
        ("wall_reply_emptied", "edited", "wall-1001_5?reply=14", ""),
        ("wall_reply_restore", "restored", "wall-1001_5?reply=14", "Нет воды с пятницы"),
        ("video_comment_edit", "edited", f"{VIDEO}?reply=51", "На видео наш двор, дом 5"),
        ("board_post_restore", "restored", f"{TOPIC}?post=7", "Сосед, и у нас нет воды"),
        ("message_edit", "edited", "msg:555:31", "Здравствуйте, на Школьной нет света"),
    ],
)
def test_what_was_changed_has_the_ref_it_had(name: str, change: str, ref: str, text: str) -> None:
    edited = found(name)
    assert edited is not None
    assert (edited.change, edited.ref, edited.text, edited.ours) == (change, ref, text, False)


@pytest.mark.parametrize(
    ("name", "ref"),
    [
        ("wall_reply_delete", "wall-1001_5?reply=14"),
        ("photo_comment_delete", f"{PHOTO}?reply=41"),
        ("video_comment_delete", f"{VIDEO}?reply=51"),
        ("board_post_delete", f"{TOPIC}?post=7"),
        ("market_comment_delete", "product-1001_3?reply=61"),
    ],
)
def test_what_was_deleted_has_the_ref_it_had(name: str, ref: str) -> None:
    gone = found(name, heard=1768210200)
    assert gone is not None
    assert (gone.change, gone.ref, gone.kind, gone.text, gone.written_at) == ("deleted", ref, "comment", "", WRITTEN)


@pytest.mark.parametrize(
    ("name", "learnt", "ref", "reply_to"),
    [
        ("wall_reply_of_ours_to_post", {}, "wall-1001_7?reply=15", "wall-1001_7"),
        ("photo_comment_of_ours", {}, f"{PHOTO}?reply=42", PHOTO),
        ("board_post_of_ours", {}, f"{TOPIC}?post=8", f"{TOPIC}?post=7"),
        ("message_reply", {}, "msg:555:32", "msg:555:31"),
        ("message_reply_to_nothing", {"answers": 31}, "msg:555:33", "msg:555:31"),
    ],
)
def test_our_own_word_says_what_it_answers(name: str, learnt: dict[str, int], ref: str, reply_to: str) -> None:
    ours = found(name, **learnt)
    assert ours is not None
    assert (ours.ours, ours.change, ours.ref, ours.reply_to) == (True, "new", ref, reply_to)


@pytest.mark.parametrize("name", ["message_reply_to_nothing", "message_typing", "callback_group_join"])
def test_what_says_nothing_to_us_is_none(name: str) -> None:
    assert found(name) is None


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_an_event_without_its_fields_is_parked(kind: str) -> None:
    event = {"type": kind, "group_id": 1001, "object": {"id": 1}}
    with pytest.raises(UnreadableError) as caught:
        read_event(keep(event, {}).raw, 1001, PLACE)
    assert caught.value.__context__ is None


def test_a_place_learnt_on_the_way_is_where_it_stands() -> None:
    other = found("wall_reply_edit", place="Подслушано")
    assert other is not None
    assert other.place == "Подслушано"


@pytest.mark.parametrize("number", ["", "x" * 200, "я", None, 7])
def test_a_key_fit_to_be_kept(number: object) -> None:
    event = {"type": "wall_post_new", "event_id": number, "object": {"text": "\ud800"}}
    kept = keep(event, {})
    assert (len(kept.key), kept.key.isascii()) == (64, True)
    assert kept.raw.encode()


@pytest.mark.parametrize(("group", "own"), [(1001, True), (77, False)])
def test_only_what_stands_on_our_own_page_may_be_moderated(group: int, own: bool) -> None:
    """A wall that is watched, or where we are mentioned, is somebody else's."""
    event = json.loads((SAMPLES / "wall_reply_edit.json").read_text()) | {"group_id": group}
    there = read_event(keep(event, {}).raw, group, PLACE)
    assert there is not None
    assert there.own_page is own
