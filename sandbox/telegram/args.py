"""The parameters of one Bot API call, wherever they stand (address, form, multipart or JSON), all as strings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.refusals import bad_request


@dataclass(frozen=True)
class Upload:
    """A file sent with a Bot API call."""

    name: str
    mime: str
    data: bytes


@dataclass
class Args:
    """The parameters of a call, by name. A missing one reads as empty, as in Telegram."""

    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the parameter as sent; "" if it is missing."""
        return self.values.get(name, "")

    def given(self, name: str) -> bool:
        """Whether the parameter was sent and is not empty."""
        return self.values.get(name, "") != ""

    def flag(self, name: str) -> bool:
        """Whether the parameter is true, yes or 1."""
        return self.text(name).lower() in ("true", "yes", "1")

    def number(self, name: str, default: int = 0, low: int | None = None, high: int | None = None) -> int:
        """Return the parameter as a number, limited to [low, high]; `default` if it is missing or invalid."""
        try:
            value = int(self.text(name))
        except ValueError:
            return default
        if low is not None:
            value = max(value, low)
        return min(value, high) if high is not None else value

    def json(self, name: str, complaint: str) -> Any:
        """Return the parameter parsed as JSON; None if it is missing; a Refusal with `complaint` if it is invalid."""
        if not self.given(name):
            return None
        try:
            return json.loads(self.text(name))
        except ValueError:
            raise bad_request(complaint) from None


def flatten(values: Mapping[str, Any]) -> dict[str, str]:
    """Return a JSON body as Telegram reads it: strings stay, everything else becomes its JSON text, null is left out."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in values.items()
        if value is not None
    }
