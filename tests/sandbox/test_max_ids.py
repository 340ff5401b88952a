"""The numbers of MAX: ids of messages and dialogs, as production samples have them."""

from __future__ import annotations

import pytest

from sandbox.max.ids import dialog_id, mid_of, read_mid, seq_in_link
from tests.sandbox.max_town import an_office


@pytest.mark.parametrize(
    ("mid", "chat", "seq"),
    [
        ("mid.000000000adf429c019d47d58f2b3d9e", 182403740, 116328147937082782),
        ("mid.ffffbdb48e6c3775019d496b34394b84", -72891795490955, 116329890167999364),
    ],
)
def test_a_recorded_id_is_read_and_written(mid: str, chat: int, seq: int) -> None:
    assert read_mid(mid) == (chat, seq)
    assert mid_of(chat, seq) == mid


def test_the_moment_stands_in_the_number() -> None:
    """The recorded message with this id has this timestamp."""
    assert 116329890167999364 >> 16 == 1775053255737


@pytest.mark.parametrize("wrong", ["", "mid.", "mid.sha-more", "mid.000000000adf429c019d47d58f2b3d9", "5"])
def test_what_is_no_id(wrong: str) -> None:
    assert read_mid(wrong) is None


def test_a_dialog_is_found_from_either_side() -> None:
    assert dialog_id(900001, 8100002) == 8100002 ^ 900001
    assert dialog_id(900001, dialog_id(900001, 8100002)) == 8100002


async def test_numbers_only_grow() -> None:
    async with an_office() as office:
        said = [office.world.write(office.boris, office.group, str(n)) for n in range(5)]
        assert [m.id - said[0].id for m in said] == [0, 1, 2, 3, 4]
        assert said[0].id >> 16 == int(office.world.now().timestamp() * 1000)
        assert len(seq_in_link(said[0].id)) == 11
