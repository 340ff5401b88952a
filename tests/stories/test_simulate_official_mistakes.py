"""What cannot be understood in a scenario with pages, material and comments: one sentence with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.simulation.scenario import read
from config.yamlfile import BrokenConfiguration
from tests.stories.scenarios import CLUB, WITH_PAGE
from tests.stories.test_simulate import written


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("do: publishd, page: p", "do: неизвестное слово «publishd», возможно «published»?"),
        ("do: published", "published: не хватает ключа «material» или «page»"),
        ("do: request, page: p", "не хватает ключа «by»"),
        ("do: request, page: p, by: editor", "request: не хватает ключа «network»"),
        ("do: request, page: p, by: editor, network: fb", "network: неизвестное слово «fb»; можно: vk, ok, telegram"),
        ("do: request, page: p, by: editor, address: okrug.ru", "request: по адресу не видно, какая это сеть"),
        ("do: request, page: p, by: editor, network: vk, whose: unit", "request: не хватает ключа «unit»"),
        ("do: request, page: p, by: editor, network: vk, unit: zkh", "unit: отдела «zkh» нет в departments"),
        ("do: request, page: p, by: mayor, network: vk", "by: «mayor» никого не обозначает"),
        ("do: request, page: p, by: editor, network: vk, title: Округ", "request: неизвестный ключ «title»"),
        (f"do: request, page: '{CLUB}', by: editor, network: vk", f"page: «{CLUB}» уже есть, назовите иначе"),
        ("do: consent, page: p9, by: head", "page: страницы «p9» ещё нет: сначала request"),
        ("do: consent, page: {{a: 1}}, by: head", "page: нужно имя"),
        (f"do: fill, page: {CLUB}, by: editor", "fill: назовите, что заполнить: address, title"),
        (f"do: fill, page: {CLUB}, by: editor, design: может быть", "design: нужно true или false"),
        (
            f"do: fill, page: {CLUB}, by: editor, formats: [foto]",
            "formats: неизвестное слово «foto», возможно «photo»?",
        ),
        (f"do: published, page: {CLUB}, count: 0", "count: нужно от 1 до 1000, стоит «0»"),
        (f"do: published, page: {CLUB}, count: 2, link: vk.com/wall-1_1", "published: одна ссылка — одна публикация"),
        (
            f"do: published, page: {CLUB}, by: editor, link: t.me/a1/1",
            "link: «t.me/a1/1» не ссылка на публикацию в сети vk",
        ),
        ("do: resend, material: m, by: zhkh, text: x", "material: «m» ещё нет: сначала send"),
        ("do: send, by: zhkh, text: x", "send: не хватает ключа «material»"),
        ("do: keep, comment: k, by: editor", "comment: «k» ещё нет: сначала detect"),
        (
            f"do: detect, comment: k, page: {CLUB}, text: x, by: editor",
            "detect: это делает не сотрудник, уберите by",
        ),
        (f"do: detect, comment: k, page: {CLUB}", "detect: не хватает ключа «text»"),
        ("do: detect, comment: k, page: max.ru/okrug, text: x", "page: комментариев в max бот не видит"),
        ("do: plan, by: editor, week: завтра", "week: момента «завтраT00:00» не бывает"),
    ],
)
def test_a_bad_event_is_one_sentence_with_its_line(tmp_path: Path, line: str, words: str) -> None:
    town = WITH_PAGE + "    - {{network: max, address: max.ru/okrug, whose: head}}\n"
    with pytest.raises(BrokenConfiguration) as broken:
        read(
            written(
                tmp_path,
                f"events:\n  - {{at: 2026-01-12T09:00, {line.replace('{{', '{').replace('}}', '}')}}}\n",
                town=town,
            )
        )
    number = town.format(regulation="kursky").count("\n") + 2
    told = str(broken.value)
    assert told.startswith(f"day.yaml, строка {number}: ")
    assert words in told
    assert "\n" not in told


def test_a_name_is_given_once(tmp_path: Path) -> None:
    for lines, words in (
        (["send, material: m, by: zhkh, text: x"] * 2, "material: «m» уже есть"),
        (["request, page: p, by: editor, network: vk"] * 2, "page: «p» уже есть"),
        ([f"detect, comment: k, page: {CLUB}, text: x"] * 2, "comment: «k» уже есть"),
        (
            [f"detect, comment: k, page: {CLUB}, text: x", *["to_case, comment: k, by: editor, case: c1"] * 2],
            "сообщение «c1» уже есть",
        ),
        ([f"detect, comment: k, page: {CLUB}, text: x", "to_case, comment: k, by: editor"], "не хватает ключа «case»"),
    ):
        events = "events:\n" + "".join(f"  - {{at: 2026-01-12T09:00, do: {line}}}\n" for line in lines)
        with pytest.raises(BrokenConfiguration) as broken:
            read(written(tmp_path, events, town=WITH_PAGE))
        assert words in str(broken.value)
