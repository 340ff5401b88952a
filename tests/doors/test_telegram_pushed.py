"""What Telegram pushes: only with our secret, under the key that polling would give, and nothing is refused for its form."""

from __future__ import annotations

import json

import pytest

from bot.telegram.messenger import Telegram
from bot.telegram.updates import HOOK_HEADER
from networks.hooks import NotAnEventError, WrongSecretError
from networks.port import RawEvent

SECRET = "s3cret-of-thirty-two-letters-ok_"
UPDATE = {"update_id": 7, "message": {"text": "Нет воды"}}


@pytest.fixture
def telegram() -> Telegram:
    return Telegram("1:AA", hook_secret=SECRET)


@pytest.mark.parametrize("given", ["", "wrong", SECRET[:-1], SECRET + "x", "секрет", "\udcff"])
def test_a_wrong_secret_is_refused(telegram: Telegram, given: str):
    with pytest.raises(WrongSecretError):
        telegram.pushed({HOOK_HEADER: given}, json.dumps(UPDATE).encode())
    with pytest.raises(WrongSecretError):
        telegram.pushed({}, json.dumps(UPDATE).encode())


@pytest.mark.parametrize("given", [{}, {HOOK_HEADER: ""}, {HOOK_HEADER: "None"}])
def test_without_a_secret_of_ours_nobody_is_let_in(given: dict[str, str]):
    with pytest.raises(WrongSecretError):
        Telegram("1:AA").pushed(given, json.dumps(UPDATE).encode())


def test_an_update_has_the_key_that_polling_would_give(telegram: Telegram):
    pushed = telegram.pushed({HOOK_HEADER: SECRET}, json.dumps(UPDATE).encode())
    assert pushed == RawEvent("7", json.dumps(UPDATE, ensure_ascii=False))


@pytest.mark.parametrize("body", [b"[]", b"{}", b"no json", b"\xff\xfe", b'{"update_id": true}', b'{"update_id": 0}'])
def test_what_cannot_be_read_is_kept_once(telegram: Telegram, body: bytes):
    first, again = (telegram.pushed({HOOK_HEADER: SECRET}, body) for _ in range(2))
    assert first is not None and first == again
    assert first.key.startswith("strange:")


def test_nothing_is_no_update(telegram: Telegram):
    with pytest.raises(NotAnEventError):
        telegram.pushed({HOOK_HEADER: SECRET}, b"")
