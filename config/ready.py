"""Ready answers listed in a municipality's file under `ready_answers`: read and checked. Errors name their line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from config.complain import Complain
from config.yamlfile import suggestion
from workflow.ready_answer import MOST, ReadyAnswer
from workflow.reasons import says_something


class Entry(BaseModel):
    """A ready answer as the file lists it. It is offered for cases of its `department` and `topic`; one that is None
    does not limit it."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    text: Annotated[str, Field(min_length=1, max_length=MOST)]
    department: str | None = None
    topic: str | None = None


def check(
    entries: Sequence[Entry], departments: Mapping[str, object], topics: Mapping[str, object], complain: Complain
) -> None:
    """Check that each ready answer contains a word and names only departments and topics of this municipality; record
    every error in `complain`."""
    for index, entry in enumerate(entries):
        if not says_something(entry.text):
            complain.wrong(("ready_answers", index, "text"), "text: в готовом ответе нет ни слова")
        for name, word, known in (
            ("department", entry.department, departments),
            ("topic", entry.topic, topics),
        ):
            if word is not None and word not in known:
                near = suggestion(word, known)
                complain.wrong(("ready_answers", index, name), f"{name}: неизвестное слово «{word}»{near}")


def listed(entries: Sequence[Entry], municipality: str) -> tuple[ReadyAnswer, ...]:
    """The ready answers of the file, in its order, with the ids -1, -2 and so on."""
    return tuple(
        ReadyAnswer(-number, municipality, entry.text.strip(), entry.department or "", entry.topic or "")
        for number, entry in enumerate(entries, start=1)
    )
