"""A message is all that was in it (DESIGN rule 20): each network's kinds of content, in the shapes of its documentation."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from aiogram.types import Message

from bot.answering.letters import appeal_of
from bot.cases.screens.common import beside_kinds, beside_words
from bot.reception.batches import _whole
from bot.telegram import beside as telegram
from bot.telegram.reading import read
from config.texts import Texts
from handlers.door import may_be_draft, open_door
from handlers.incoming import Attached, Incoming, Kind, Sender, Voice
from handlers.public import Citizens
from handlers.wishes import CitizenWrote, Say
from networks.attachment import FILES, TRIFLES
from networks.ok import reading as ok
from networks.port import Attachment, Found
from networks.vk import attachments as vk
from networks.vk.inward import plain
from networks.vk.reading import keep, read_event
from tests.doors.door_view import GROUP, reply, sight
from tests.doors.screens_office import forwarded, second
from tests.rules.offices import ZHKH
from workflow.case import Beside, BesideKind
from workflow.office import Actor
from workflow.ports import Known
from workflow.regulation import Source

TEXTS = Texts()
DATE = 1768210200


def telegram_message(**content: Any) -> dict[str, Any]:
    chat = {"id": 55, "type": "private"}
    sender = {"id": 55, "is_bot": False, "first_name": "Житель"}
    return {"message": {"message_id": 1, "date": DATE, "chat": chat, "from": sender, **content}}


def vk_message(**content: Any) -> Found:
    message = {"id": 31, "peer_id": 555, "from_id": 555, "date": DATE, "text": "", "attachments": [], **content}
    event = {"type": "message_new", "event_id": "e", "group_id": 1001, "object": {"message": message}}
    found = read_event(keep(event, {}).raw, 1001, "Округ")
    assert found is not None
    return found


# --- every kind has a name -------------------------------------------------------------------------------------------


def test_every_field_of_a_telegram_message_is_in_one_table() -> None:
    tables = (frozenset(telegram.NAMED), telegram.FILES, telegram.ABOUT, telegram.SERVICE)
    assert sum(map(len, tables)) == len(telegram.KNOWN)
    assert set(Message.model_fields) - telegram.KNOWN == set()


def test_every_kind_the_tables_name_is_known() -> None:
    kinds = {*vk.NAMED.values(), *ok.KINDS.values(), *TRIFLES, *FILES}
    assert kinds <= set(BesideKind)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"location": {"latitude": 55.75, "longitude": 37.5}}, "Ещё место на карте · открыть"),
        (
            {
                "location": {"latitude": 55.75, "longitude": 37.5},
                "venue": {"location": {"latitude": 55.75, "longitude": 37.5}, "title": "Школа", "address": "Мира, 1"},
            },
            "Ещё место на карте: Школа, Мира, 1 · открыть",
        ),
        ({"poll": {"question": "Есть вода?", "options": []}}, "Ещё опрос: Есть вода?"),
        (
            {"checklist": {"title": "Не сделано", "tasks": [{"id": 1, "text": "вода"}, {"id": 2, "text": "яма"}]}},
            "Ещё список: Не сделано: вода; яма",
        ),
        ({"contact": {"phone_number": "+79000000000", "first_name": "Житель"}}, "Ещё контакт: Житель +79000000000"),
        ({"quote": {"text": "завтра починим", "position": 0}}, "Ещё в ответ на: «завтра починим»"),
        ({"external_reply": {"origin": {}}, "quote": {"text": "а", "position": 0}}, "Ещё в ответ на: «а»"),
        ({"story": {"id": 1, "chat": {}}}, "Ещё история"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "Ещё стикер: 🎲"),
        ({"hologram": {"file_id": "h"}}, "Ещё вложение: hologram"),
        ({"poll": "broken"}, "Ещё вложение: poll"),
    ],
)
def test_what_telegram_brings_is_named(content: dict[str, Any], expected: str) -> None:
    lines = beside_words(TEXTS, read(telegram_message(**content)).beside)
    assert [line.striptags().replace("\u2060", "") for line in lines] == [expected]


def test_a_rich_message_is_its_words_its_addresses_and_its_media() -> None:
    blocks = [
        {"type": "section_heading", "text": "Водоканал", "size": 1},
        {"type": "paragraph", "text": ["Третий день ", {"type": "bold", "text": "нет воды"}, " на Школьной, ",
                                       {"type": "url", "text": "вот", "url": "https://vk.com/wall-1_2"}]},
        {"type": "list", "items": [{"label": "1.", "blocks": [{"type": "paragraph", "text": "звонили"}]}]},
        {"type": "table", "cells": [[{"text": "дом"}, {"text": "5"}]], "caption": "кто ждёт"},
        {"type": "photo", "photo": [{"file_id": "one"}], "caption": {"text": "колонка"}},
        {"type": "collage", "blocks": [{"type": "photo", "photo": [{"file_id": "two"}]}]},
        {"type": "hologram", "text": {"type": "hologram", "text": "и света"}},
    ]  # fmt: skip
    found = read(telegram_message(rich_message={"blocks": blocks}))
    assert found.text.splitlines() == [
        "Водоканал", "Третий день нет воды на Школьной, вот (https://vk.com/wall-1_2)", "1. звонили", "кто ждёт",
        "дом | 5", "колонка", "и света",
    ]  # fmt: skip
    assert found.links == ("https://vk.com/wall-1_2",)
    assert [file.remote for file in found.files] == ["one"]
    assert found.beside == (Beside("photo"),)


@pytest.mark.parametrize("rich", [None, 5, [], {}, {"blocks": 5}, {"blocks": [None, 5, {"text": {"text": None}}]}])
def test_a_rich_message_of_no_shape_is_still_a_message(rich: object) -> None:
    assert read(telegram_message(rich_message=rich)).text == ""


@pytest.mark.parametrize("field", [*sorted(telegram.SERVICE)[:5], "new_chat_members", "pinned_message"])
def test_a_service_message_holds_nothing(field: str) -> None:
    assert read(telegram_message(**{field: {"id": 1}})).beside == ()


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"type": "sticker", "sticker": {"sticker_id": 1}}, Attachment("sticker", "", "")),
        ({"type": "gift", "gift": {"id": 1}}, Attachment("gift", "", "")),
        ({"type": "poll", "poll": {"question": "Есть вода?"}}, Attachment("poll", "", "Есть вода?")),
        (
            {"type": "article", "article": {"title": "Дорога", "url": "https://vk.com/@a"}},
            Attachment("article", "https://vk.com/@a", "Дорога"),
        ),
        (
            {"type": "doc", "doc": {"ext": "gif", "url": "https://vk.com/d", "title": "a.gif"}},
            Attachment("gif", "https://vk.com/d", "a.gif"),
        ),
        (
            {"type": "audio_message", "audio_message": {"link_mp3": "https://a/m"}},
            Attachment("voice", "https://a/m", ""),
        ),
        (
            {"type": "audio_message", "audio_message": {"link_mp3": "https://a/m", "transcript": "нет воды"}},
            Attachment("voice", "https://a/m", "нет воды"),
        ),
        ({"type": "video", "video": {"title": "Яма"}}, Attachment("video", "", "Яма")),
        ({"type": "video_message", "video_message": {"owner_id": 1, "id": 2}}, Attachment("video", "", "")),
        ({"type": "photo", "photo": {"sizes": []}}, Attachment("photo", "", "")),
        ({"type": "hologram", "hologram": {"id": 1}}, Attachment("other", "", "hologram")),
    ],
)
def test_what_vk_brings_is_named(item: dict[str, Any], expected: Attachment) -> None:
    assert vk_message(attachments=[item]).attachments == (expected,)


PICTURE = {"type": "photo", "photo": {"url": "https://p/1"}}


def test_what_is_in_a_comment_passed_on_is_named_too() -> None:
    comment = {"owner_id": -1, "post_id": 2, "text": "Вот яма", "attachments": [PICTURE]}
    assert vk_message(attachments=[{"type": "wall_reply", "wall_reply": comment}]).attachments == (
        Attachment("repost", "https://vk.com/wall-1_2", "Вот яма"), Attachment("photo", "https://p/1", ""),
    )  # fmt: skip


def test_an_answer_to_a_picture_without_words_is_about_the_picture() -> None:
    found = vk_message(text="Когда починят?", reply_message={"from_id": 7, "text": "", "attachments": [PICTURE]})
    assert found.attachments == (Attachment("photo", "https://p/1", ""),)


def test_a_vk_message_of_forwarded_ones_is_about_their_words() -> None:
    """The words of what is forwarded, with the pictures in it; a repost with its address; a place; a quoted message."""
    inner = {
        "from_id": 7,
        "text": "Нет воды на Школьной",
        "attachments": [{"type": "photo", "photo": {"url": "https://p/1"}}],
    }
    wall = {"type": "wall", "wall": {"id": 5, "owner_id": -9, "text": "Яма у дома", "copy_history": []}}
    found = vk_message(
        fwd_messages=[inner],
        attachments=[wall],
        geo={"type": "point", "coordinates": {"latitude": 55.5, "longitude": 37.5}, "place": {"title": "Мира"}},
        reply_message={"id": 30, "text": "Здравствуйте", "from_id": -1001},
    )
    assert found.attachments == (
        Attachment("repost", "https://vk.com/wall-9_5", "Яма у дома"),
        Attachment("place", "https://yandex.ru/maps/?pt=37.500000,55.500000&z=17", "Мира"),
        Attachment("quote", "", "Здравствуйте"),
        Attachment("forward", "", "Нет воды на Школьной"),
        Attachment("photo", "https://p/1", ""),
    )
    assert found.words == "Яма у дома\nНет воды на Школьной"
    assert appeal_of(found).words == found.words
    assert appeal_of(found).attached == (("photo", "https://p/1"),)


def test_a_message_that_stays_cropped_says_so() -> None:
    assert (vk_message(is_cropped=True, text="Начало").cut, vk_message(text="Весь").cut) == (True, False)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"type": "STICKER", "payload": {"code": "x"}}, Attachment("sticker", "", "")),
        ({"type": "PRESENT"}, Attachment("gift", "", "")),
        ({"type": "AUDIO", "payload": {"url": "https://a/1"}}, Attachment("voice", "https://a/1", "")),
        ({"type": "HOLOGRAM"}, Attachment("other", "", "HOLOGRAM")),
    ],
)
def test_what_ok_brings_is_named(item: dict[str, Any], expected: Attachment) -> None:
    assert ok.attached([item]) == (expected,)


@pytest.mark.parametrize(("kind", "more"), [("sticker", False), ("gif", False), ("gift", False), ("place", True)])
def test_a_trifle_alone_is_no_appeal(kind: str, more: bool) -> None:
    found = ok.attached([])
    assert found == ()
    message = vk_message(text="?")
    alone = Found(**{**vars(message), "text": "", "attachments": (Attachment(kind, "", ""),)})
    assert alone.holds_more is more


# --- links behind words ----------------------------------------------------------------------------------------------


def test_the_address_behind_words_is_part_of_the_text() -> None:
    """Also where emoji stand before it; a mention after it keeps its place; an address shown already is not repeated."""
    text = "😀 сюда, @dezhurny_bot, ya.ru"
    entities = [
        {"type": "text_link", "offset": 3, "length": 4, "url": "https://example.org/a"},
        {"type": "mention", "offset": 9, "length": 13},
        {"type": "text_link", "offset": 24, "length": 5, "url": "https://ya.ru/"},
    ]
    incoming = read(telegram_message(text=text, entities=entities))
    mention = incoming.mention_of("dezhurny_bot")
    assert incoming.text == "😀 сюда (https://example.org/a), @dezhurny_bot, ya.ru"
    assert mention is not None
    assert incoming.text[mention.start : mention.end] == "@dezhurny_bot"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[id1|Имя], у нас тоже", "Имя, у нас тоже"),
        ("см. [club5|группу]", "см. группу (vk.com/club5)"),
        ("[id1:bp-5_7|Имя], да", "Имя, да"),
        ("[https://vk.com/@a|статья]", "статья (https://vk.com/@a)"),
        ("[vk.com/wall-1_2|vk.com/wall-1_2]", "vk.com/wall-1_2"),
        ("[дом 5|6] и [a|b|c]", "[дом 5|6] и [a|b|c]"),
    ],
)
def test_vk_markup_is_read_as_its_readers_see_it(written: str, shown: str) -> None:
    assert plain(written) == shown


# --- in whose name, and in which topic -------------------------------------------------------------------------------


def test_a_message_in_a_topic_replies_to_nothing_unless_its_author_replied() -> None:
    """Telegram makes every message of a topic a reply to the topic's first."""
    root = {"message_id": 7, "date": DATE, "chat": {"id": -100, "type": "supergroup"}}
    topic = {"message_thread_id": 7, "is_topic_message": True, "text": "Воду подключили сегодня в 11:00"}
    plainly = telegram_message(**topic, reply_to_message={**root, "forum_topic_created": {"name": "Ответы"}})
    truly = telegram_message(**topic, reply_to_message={**root, "message_id": 9, "text": "карточка"})
    assert (read(plainly).reply_to, read(truly).reply_to) == (None, 9)
    assert may_be_draft(replace(read(plainly), private=False))


async def test_an_official_writing_as_a_channel_is_asked_to_write_as_himself() -> None:
    case = forwarded()
    channel = Voice(-1009, "Отдел ЖКХ", "otdel")
    sender = Sender(136817688, "Channel", is_bot=True)
    incoming = replace(reply(ZHKH, "Воду подключили"), sender=sender, voice=channel)
    assert await open_door(incoming, sight(case, Actor(standing="stranger"))) == [Say("anonymous", once=True)]


async def test_an_edit_of_an_older_version_is_no_new_version() -> None:
    case = second()
    known = Known(GROUP, 70, "executor_draft", case.id, version=1)
    view = replace(sight(case, ZHKH), messages=(known,))
    edit = replace(reply(ZHKH, "Первый текст, исправлено"), kind=Kind.EDIT)
    facts = {"number": 147, "version": 1, "newest": 2}
    assert await open_door(edit, view) == [Say("edited_older", facts)]


async def test_a_picture_without_words_under_a_post_is_a_comment_and_so_is_its_later_caption() -> None:
    square, citizen = Citizens(discussion=-300, source=Source.TELEGRAM), Actor(standing="stranger", account=8)
    post = Known(-300, 5, "channel_post", version=40)
    picture = Incoming(
        Kind.MESSAGE, -300, message=6, sender=Sender(8, "Житель"), files=(Attached("photo", "p"),), reply_to=5, thread=5
    )
    view = replace(sight(forwarded(), citizen), citizens=square, messages=(post,))
    [wish] = await open_door(picture, view)
    assert isinstance(wish, CitizenWrote)
    assert [one.kind for one in wish.appeal.beside] == ["photo"]
    own = replace(view, messages=(post, Known(-300, 6, "citizen", version=40)))
    [wish] = await open_door(replace(picture, kind=Kind.EDIT, text="Яма у школы"), own)
    assert isinstance(wish, CitizenWrote)
    assert (wish.edited, wish.appeal.text) == (True, "Яма у школы")


# --- albums ----------------------------------------------------------------------------------------------------------


def test_all_captions_of_an_album_are_its_text() -> None:
    photo = {"photo": [{"file_id": "f", "width": 1, "height": 1}], "media_group_id": "g"}
    items = [
        read(
            telegram_message(
                caption=caption, **{**photo, "photo": [{"file_id": caption or "-", "width": 1, "height": 1}]}
            )
        )
        for caption in ("Вот двор", "", "А вот яма", "Вот двор")
    ]
    assert _whole(items).text == "Вот двор\n\nА вот яма"


def test_a_message_without_words_is_called_by_its_kinds() -> None:
    assert beside_kinds(TEXTS, ["sticker", "place", "sticker", "strange"]) == "стикер, место на карте, вложение"


def test_a_raw_event_is_kept_whole() -> None:
    event = {"type": "message_new", "object": {"message": {"geo": {"type": "point"}}}}
    assert json.loads(keep(event, {}).raw)["event"] == event


def test_what_is_beside_comes_back_from_the_network_s_words() -> None:
    found = vk_message(attachments=[{"type": "poll", "poll": {"question": "Да?"}}])
    assert appeal_of(found).beside == (Beside("poll", "Да?"),)
