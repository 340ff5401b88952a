"""Make documents and pictures for the leadership in a child process, so that no press waits for them.

They are made from our own figures: the request is trusted and pickled, the answer is bytes in JSON.
"""

from __future__ import annotations

import asyncio
import pickle
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from config.yamlfile import BrokenConfiguration
from networks.apart import NotWorkedOut, WorkOut
from reports.figures import Figures
from reports.pictures import Picture
from reports.wording import Wording

MAKERS: Mapping[str, str] = {
    "workbook": "reports.as_xlsx:as_xlsx",
    "letter": "reports.as_docx:as_docx",
    "picture": "bot.leadership.papers:picture",
    "case": "reports.case_file:as_docx",
    "memo": "reports.memo:as_docx",
}
"""The kinds of documents, each with the pure function that makes its bytes."""


class NotMadeError(Exception):
    """The child process was lost or took too long, so the document was not made; its letter is tried again."""


class BrokenTemplate(Exception):  # noqa: N818 - the office's file is wrong, not the program
    """The office's own template of a document cannot be filled in; `why` says what is wrong with it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


_ONE = ThreadPoolExecutor(1, thread_name_prefix="papers")


async def here(content: bytes, facts: Mapping[str, Any]) -> object:
    """Make the document in a thread of this process, one at a time, if there is no child process."""
    return await asyncio.get_running_loop().run_in_executor(_ONE, make, content, facts)


def picture(figures: Figures, which: Picture, folders: Sequence[Path]) -> bytes:
    """Return a PNG of one picture of the figures, with the office's words."""
    names = {department.key: department.name for department in figures.departments}
    drawn: bytes = import_module("reports.drawing").to_png(figures, which, Wording.of(names, figures.zone, folders))
    return drawn


def make(content: bytes, facts: Mapping[str, Any]) -> object:
    """Make the document from its pickled arguments, in the child process. Return {"made": base64}, or {"broken": why}
    if the office's template is broken."""
    where, _, name = MAKERS[facts["what"]].partition(":")
    maker: Callable[..., bytes] = getattr(import_module(where), name)
    try:
        return {"made": b64encode(maker(*pickle.loads(content))).decode()}  # noqa: S301 - we pickled it ourselves
    except BrokenConfiguration as error:
        return {"broken": str(error.problems[0])}


async def made(work_out: WorkOut, what: str, *arguments: object) -> bytes:
    """Return the bytes of the document. Raises BrokenTemplate or NotMadeError."""
    answer: Any = await work_out(pickle.dumps(arguments), {"what": what})
    if isinstance(answer, NotWorkedOut):
        raise NotMadeError
    if "broken" in answer:
        raise BrokenTemplate(answer["broken"])
    return b64decode(answer["made"])
