"""The official schema of MAX's Bot API, read from beside the tree, and what is known to have changed since.

The schema is version 0.0.30; its own project has gone on, and the recorded payloads of its client do not fit it either. Each
difference stands in `CHANGED`, with its reason. Where the schema does not lie beside the tree nothing is checked, and the
tests about it are skipped with a word.
"""

from __future__ import annotations

import copy
import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS30Validator

from sandbox.max.server import Exchange

BESIDE = Path(os.environ.get("MAX_SCHEMA", Path(__file__).parents[2] / "shared" / "data" / "max" / "schema.yaml"))
PAYLOADS = BESIDE.parent / "payloads"
MISSING = f"the official schema of MAX is not there: {BESIDE}"

Json = dict[str, Any]

#: What the schema demands and MAX does not send or want: a list of names, and the list that is demanded now.
REQUIRED: dict[str, tuple[list[str], str]] = {
    "User": (["user_id", "first_name", "is_bot"], "recorded payloads leave out empty names"),
    "Chat": (
        ["chat_id", "type", "status", "last_event_time", "participants_count", "is_public"],
        "recorded dialogs have no title, icon or description",
    ),
    "ChatList": (["chats"], "the last page has no marker"),
    "Recipient": (["chat_type"], "a group's recipient has no user_id; some presses have no chat_id"),
    "MessageBody": (["mid", "seq"], "recorded messages have neither attachments nor link"),
    "NewMessageBody": ([], "every part may be left out since 0.0.33"),
    "Subscription": (["url", "time"], "types and version may be left out since 0.0.33"),
}
#: The same for the parts of allOf: name, index of the part.
REQUIRED_IN_PART: dict[tuple[str, int], tuple[list[str], str]] = {
    ("ChatMember", 1): (
        ["last_access_time", "is_owner", "is_admin", "join_time"],
        "ordinary members have neither permissions nor an alias",
    ),
    ("MessageCallbackUpdate", 1): (["callback"], "the message is null or left out if it was deleted"),
}
#: Operations and updates that came after 0.0.30 (comments; an administrator's rights).
LATER_UPDATES: dict[str, Json] = {
    "comment_created": {"required": ["message"], "properties": {"message": {"$ref": "#/components/schemas/Message"}}},
    "comment_edited": {"required": ["message"], "properties": {"message": {"$ref": "#/components/schemas/Message"}}},
    "comment_removed": {
        "required": ["message_id", "chat_id", "user_id", "post_id"],
        "properties": {
            "message_id": {"type": "string"},
            "chat_id": {"type": "integer"},
            "user_id": {"type": "integer"},
            "post_id": {"type": "string"},
        },
    },
    "bot_admin_permissions_changed": {
        "required": ["chat_id", "user_id", "bot_id", "is_channel", "is_admin"],
        "properties": {
            "chat_id": {"type": "integer"},
            "user_id": {"type": "integer"},
            "bot_id": {"type": "integer"},
            "is_channel": {"type": "boolean"},
            "is_admin": {"type": "boolean"},
            "permissions": {"type": "array", "items": {"$ref": "#/components/schemas/ChatAdminPermission"}},
        },
    },
}
NEW_COMMENT: Json = {
    "properties": {
        "text": {"type": "string", "maxLength": 4000},
        "link": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/NewMessageLink"}]},
        "format": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/TextFormat"}]},
    },
    "not": {"required": ["attachments"]},
}
LATER_BODIES = {"sendComment": "NewCommentBody", "editComment": "NewCommentBody", "editMyCommands": "BotPatch"}
LATER_ANSWERS = {
    "getComments": "MessageList",
    "getCommentById": "Message",
    "sendComment": "SendMessageResult",
    "editComment": "SimpleQueryResult",
    "deleteComment": "SimpleQueryResult",
    "editMyCommands": "BotPatch",
}
#: The parts of a query that came later, and those whose limits did.
LATER_QUERY = {"before", "after", "count", "comment_ids", "comment_id"}


def is_there() -> bool:
    """Whether the schema lies beside the tree. In CI it must: `MAX_SCHEMA_REQUIRED` makes its absence a failure."""
    if BESIDE.is_file():
        return True
    assert not os.environ.get("MAX_SCHEMA_REQUIRED"), MISSING
    return False


class Checked:
    """Checks every exchange it is called with; `wrong` are the sentences about those that do not fit. `answers`: what MAX
    says, too, which takes most of the time."""

    def __init__(self, *, answers: bool = True) -> None:
        self.wrong: list[str] = []
        self._answers = answers

    def __call__(self, exchange: Exchange) -> None:
        if is_there():
            schema = official()
            self.wrong += [
                f"{exchange.verb} {exchange.path}: {fault}"
                for fault in schema.faults_of(exchange, answers=self._answers)
            ]


class Official:
    """The schema with its changes, ready to check values."""

    def __init__(self, document: Json) -> None:
        self.document = _changed(copy.deepcopy(document))
        self._validators: dict[str, OAS30Validator] = {}

    def faults(self, name: str, value: Any) -> list[str]:
        """What does not fit the component `name`, a sentence each."""
        return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in self._errors(name, value)]

    def faults_of(self, exchange: Exchange, *, answers: bool = True) -> Iterator[str]:
        """What does not fit in a request that was carried out, and in its answer; in a refusal, in the answer only."""
        if not answers and (exchange.path == "webhook" or exchange.status != 200):
            return
        if exchange.path == "webhook":
            yield from self.faults("Update", exchange.body)
            return
        if exchange.status != 200 or "code" in exchange.answer:
            yield from self.faults("Error", exchange.answer)
            return
        operation = self._operation(exchange)
        body = LATER_BODIES.get(exchange.method) or _name_in(operation.get("requestBody", {}))
        given = {str(status): part for status, part in operation.get("responses", {}).items()}
        answer = LATER_ANSWERS.get(exchange.method) or _name_in(given.get("200", {}))
        if body is not None:
            yield from (f"request {fault}" for fault in self.faults(body, exchange.body))
        if answers:
            told = self.faults(answer or "SimpleQueryResult", _plain(exchange.answer))
            yield from (f"answer {fault}" for fault in told)
        known = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"} | LATER_QUERY
        for name in set(exchange.query) - known:
            yield f"request ?{name} is not in the schema"

    def _operation(self, exchange: Exchange) -> Json:
        for operations in self.document["paths"].values():
            for operation in operations.values():
                if isinstance(operation, dict) and operation.get("operationId") == exchange.method:
                    return dict(operation)
        assert exchange.method in LATER_ANSWERS, f"{exchange.method} is not in the schema"
        return {}

    def _errors(self, name: str, value: Any) -> Iterator[Any]:
        if name not in self._validators:
            schema = {"allOf": [{"$ref": f"#/components/schemas/{name}"}], "components": self.document["components"]}
            self._validators[name] = OAS30Validator(schema)
        yield from self._validators[name].iter_errors(value)


@functools.cache
def official() -> Official:
    """The schema beside the tree."""
    return Official(yaml.safe_load(BESIDE.read_text(encoding="utf-8")))


def _name_in(part: Json) -> str | None:
    """The component that a body or an answer is."""
    if "$ref" in part:
        return "SimpleQueryResult" if part["$ref"].endswith("/SuccessResponse") else None
    schema = part.get("content", {}).get("application/json", {}).get("schema", {})
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else None


def _plain(answer: Any) -> Any:
    """The answer without updates that a test lets through word for word."""
    if isinstance(answer, dict) and "updates" in answer:
        return answer | {"updates": [one for one in answer["updates"] if isinstance(one, dict)]}
    return answer


def _changed(document: Json) -> Json:
    schemas = document["components"]["schemas"]
    for name, (needed, _) in REQUIRED.items():
        schemas[name]["required"] = needed
        if not needed:
            del schemas[name]["required"]
    for (name, part), (needed, _) in REQUIRED_IN_PART.items():
        schemas[name]["allOf"][part]["required"] = needed
    schemas["NewCommentBody"] = NEW_COMMENT
    schemas["Recipient"]["properties"]["post_id"] = {"type": "string"}
    for kind, more in LATER_UPDATES.items():
        schemas[f"Later_{kind}"] = {"allOf": [{"$ref": "#/components/schemas/Update"}, more]}
        schemas["Update"]["discriminator"]["mapping"][kind] = f"#/components/schemas/Later_{kind}"
    for name in [name for name, schema in schemas.items() if "discriminator" in schema]:
        _tell_apart(schemas, name)
    return document


def _tell_apart(schemas: Json, name: str) -> None:
    """Write what `discriminator` means so that a validator follows it: one of the kinds, each with its own word.

    The kinds refer back to the whole; they get the part that all have, under another name.
    """
    whole = schemas[name]
    word, mapping = whole["discriminator"]["propertyName"], whole["discriminator"]["mapping"]
    shared = {key: value for key, value in whole.items() if key not in ("discriminator", "oneOf")}
    schemas[f"{name}_shared"] = shared
    reference = f"#/components/schemas/{name}"
    for target in mapping.values():
        for part in schemas[target.rpartition("/")[2]].get("allOf", ()):
            if part.get("$ref") == reference:
                part["$ref"] = f"{reference}_shared"
    kinds = [
        {"allOf": [{"required": [word], "properties": {word: {"enum": [kind]}}}, {"$ref": target}]}
        for kind, target in mapping.items()
    ]
    schemas[name] = {"oneOf": kinds}
