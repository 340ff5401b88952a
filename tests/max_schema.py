"""The official schema of MAX's Bot API as a judge of requests and answers, where it lies beside the tree.

Not a general validator: the words of OpenAPI that this schema uses.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "max"
FOLDER = Path(os.environ.get("MAX_SCHEMA", BESIDE))
SCHEMA, PAYLOADS = FOLDER / "schema.yaml", FOLDER / "payloads"
NEEDED = pytest.mark.skipif(not SCHEMA.is_file(), reason=f"the official schema of MAX is not at {SCHEMA}")

KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
LEFT_OUT = {
    ("User", "last_name"), ("User", "username"), ("Recipient", "user_id"), ("MessageBody", "attachments"),
    ("MessageBody", "link"), ("MessageBody", "text"), ("Chat", "icon"), ("Chat", "title"), ("Chat", "description"),
    ("ChatMember", "alias"), ("ChatMember", "permissions"), ("MessageCallbackUpdate", "message"),
    ("ChatList", "marker"),
}  # fmt: skip
"""Required by the schema, and absent from its own recorded answers."""


@cache
def schema() -> Any:
    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def problems(name: str, value: object) -> list[str]:
    """What is wrong with the value as the schema's type `name`; [] if nothing."""
    return list(_against({"$ref": f"#/components/schemas/{name}"}, value, name))


def _named(target: str) -> tuple[str, Mapping[str, Any]]:
    name = target.rpartition("/")[2]
    return name, schema()["components"]["schemas"][name]


def _against(rule: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
    name, rule = _named(rule["$ref"]) if "$ref" in rule else ("", rule)
    if value is None:
        if not rule.get("nullable"):
            yield f"{at}: null"
        return
    choice = rule.get("discriminator")
    if choice and isinstance(value, dict):
        kind = value.get(choice["propertyName"])
        target = choice["mapping"].get(kind)
        if target is None:
            yield f"{at}: no kind «{kind}»"
            return
        name, rule = _named(target)
        at = f"{at}({kind})"
    yield from _whole(rule, value, at, name)


def _whole(rule: Mapping[str, Any], value: Any, at: str, owner: str) -> Iterator[str]:
    """The rule with all it is made of; a base that was chosen by its kind is not chosen again."""
    for part in rule.get("allOf", ()):
        name, inner = _named(part["$ref"]) if "$ref" in part else (owner, part)
        yield from _whole(inner, value, at, name)
    yield from _shape(rule, value, at, owner)


def _shape(rule: Mapping[str, Any], value: Any, at: str, owner: str) -> Iterator[str]:
    kind = rule.get("type")
    wanted = KINDS.get(str(kind))
    if wanted and (not isinstance(value, wanted) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{at}: {type(value).__name__}, not {kind}"
        return
    if "enum" in rule and value not in rule["enum"]:
        yield f"{at}: «{value}»"
    if isinstance(value, str):
        yield from _text(rule, value, at)
    if isinstance(value, list):
        if len(value) < rule.get("minItems", 0) or len(value) > rule.get("maxItems", len(value)):
            yield f"{at}: {len(value)} items"
        for n, one in enumerate(value):
            yield from _against(rule.get("items", {}), one, f"{at}[{n}]")
    if isinstance(value, dict):
        yield from (f"{at}: no {key}" for key in rule.get("required", ()) if _lacks(value, key, owner))
        for key in rule.get("properties", {}).keys() & value.keys():
            yield from _against(rule["properties"][key], value[key], f"{at}.{key}")


def _lacks(value: Mapping[str, Any], key: str, owner: str) -> bool:
    return key not in value and (owner, key) not in LEFT_OUT


def _text(rule: Mapping[str, Any], value: str, at: str) -> Iterator[str]:
    length = len(value.encode("utf-16-le")) // 2
    if length > rule.get("maxLength", length) or length < rule.get("minLength", 0):
        yield f"{at}: {length} letters"
    if "pattern" in rule and re.search(rule["pattern"], value) is None:
        yield f"{at}: does not match"


def recorded() -> Iterator[tuple[str, Any]]:
    """The official recorded answers and events: (name, content)."""
    for path in sorted(PAYLOADS.glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def recorded_events() -> Iterator[tuple[str, str, Any]]:
    """(kind, how it came, event)."""
    for name, content in recorded():
        way, _, kind = name.partition(".")
        if way == "update":
            yield from ((kind, way, event) for event in content["updates"])
        elif way == "webhook":
            yield kind, way, content
