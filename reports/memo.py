"""The memo to the head about a significant message, ready for the overseeing deputy's signature (KU-23). Fills in the
installation's `templates/memo.docx`, or the packaged one; the office may word it as it likes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from config import templates
from reports.filling import filled


def as_docx(values: Mapping[str, str], folders: Sequence[Path] = ()) -> bytes:
    """The memo as the bytes of a DOCX file. Raises BrokenConfiguration with the reason if the template cannot be
    filled in."""
    return filled(templates.find(templates.MEMO, folders), lambda letter: values)
