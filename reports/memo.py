"""The memo to the head about a significant message, ready to be signed by the supervising deputy (KU-23): `templates/memo.docx`
of the installation, else ours, filled in. The wording is the office's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from config import templates
from reports.filling import filled


def as_docx(values: Mapping[str, str], folders: Sequence[Path] = ()) -> bytes:
    """The memo's bytes. BrokenConfiguration: the template cannot be filled in, and why."""
    return filled(templates.find(templates.MEMO, folders), lambda letter: values)
