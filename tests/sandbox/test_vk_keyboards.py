"""The sandbox's VK refuses the keyboards that VK's documentation of bots refuses."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sandbox.vk.errors import VkError
from sandbox.vk.keyboards import keyboard
from sandbox.vk.model import Community


def button(label: str = "Помогло", kind: str = "text", payload: str | None = "{}", **more: Any) -> dict[str, Any]:
    return {"action": {"type": kind, "label": label, **({"payload": payload} if payload is not None else {})}, **more}


def sent(shape: Any, *, bot_features: bool = True) -> dict[str, Any] | None:
    """As VK would show it."""
    community = cast(Community, SimpleNamespace(bot_features=bot_features))
    return keyboard(shape if isinstance(shape, str) else json.dumps(shape), community)


def test_two_buttons_in_the_message_stand() -> None:
    shape = {"inline": True, "buttons": [[button(), button("Не помогло", color="secondary")]]}
    assert sent(shape) == shape
    assert sent("") is None


@pytest.mark.parametrize(
    "shape",
    [
        "{",
        [],
        {"inline": True},
        {"inline": True, "buttons": []},
        {"inline": True, "buttons": [[]]},
        {"inline": True, "buttons": [[button()] * 6]},
        {"inline": True, "buttons": [[button()]] * 7},
        {"inline": True, "buttons": [[button()] * 4] * 3},
        {"inline": True, "one_time": True, "buttons": [[button()]]},
        {"inline": "yes", "buttons": [[button()]]},
        {"inline": True, "buttons": [[button("х" * 41)]]},
        {"inline": True, "buttons": [[button("")]]},
        {"inline": True, "buttons": [[button(payload="hl:1:yes")]]},
        {"inline": True, "buttons": [[button(payload=json.dumps("х" * 255, ensure_ascii=False))]]},
        {"inline": True, "buttons": [[button(kind="callback", payload=None)]]},
        {"inline": True, "buttons": [[button(kind="hologram")]]},
        {"inline": True, "buttons": [[button(color="red")]]},
    ],
)
def test_what_vk_refuses(shape: Any) -> None:
    with pytest.raises(VkError) as refused:
        sent(shape)
    assert refused.value.code == 911


def test_a_community_without_bots_features() -> None:
    with pytest.raises(VkError) as refused:
        sent({"inline": True, "buttons": [[button()]]}, bot_features=False)
    assert refused.value.code == 912
