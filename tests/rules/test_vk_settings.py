"""`networks: vk` in a municipality's file: the community, the walls that are watched, the words they are watched for."""

import pytest

from config.municipality import parse
from config.vk import VkEntry, WatchEntry
from tests.rules.test_municipality_files import GOOD, PATH, complaints


def test_walls_are_named_as_people_name_them() -> None:
    written: list[int | str] = [
        77,
        "-77",
        "club77",
        "public77",
        "https://vk.com/podslushano",
        "m.vk.ru/club77/",
        "podslushano.kursk",
    ]
    assert [WatchEntry(wall=wall, name="Подслушано").wall for wall in written] == [
        -77, -77, -77, -77, "podslushano", -77, "podslushano.kursk",
    ]  # fmt: skip


def test_a_file_that_watches() -> None:
    found = parse(
        GOOD + "networks:\n  vk:\n    group: 1001\n    callback: a1b2c3d4\n"
        "    watch:\n    - {wall: podslushano, name: «Подслушано»}\n    - {wall: 77, name: Соседи, every: 600}\n"
        "    keywords: [вода, отоплен*]\n",
        PATH,
    )
    assert found.networks.vk == VkEntry(
        group=1001,
        callback="a1b2c3d4",
        watch=[
            WatchEntry(wall="podslushano", name="«Подслушано»", every=120),
            WatchEntry(wall=-77, name="Соседи", every=600),
        ],
        keywords=["вода", "отоплен*"],
    )


@pytest.mark.parametrize("wall", ["Подслушано", "https://ok.ru/group", "0", "''", "a b"])
def test_a_wall_that_is_none_is_named_with_its_line(wall: str) -> None:
    text = GOOD + f"networks: {{vk: {{group: 1, watch: [{{wall: {wall}, name: x}}]}}}}\n"
    assert complaints(text) == [
        "kursky/municipality.yaml, строка 19: wall: нужен номер, короткое имя или адрес сообщества"
    ]


def test_a_wall_is_not_read_too_often() -> None:
    text = GOOD + "networks: {vk: {group: 1, watch: [{wall: a77, name: x, every: 1}]}}\n"
    assert complaints(text) == ["kursky/municipality.yaml, строка 19: every: нужно число не меньше 30, стоит «1»"]
