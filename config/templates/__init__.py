"""The files for the monthly report: its words, and the letter that an office may replace with its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from config.yamlfile import load

FOLDER = Path(__file__).parent
LETTER = "report.docx"
MEMO = "memo.docx"
WORDS = "report.yaml"


def find(name: str, folders: Sequence[Path] = ()) -> Path:
    """The path of the first `templates/NAME` in the folders, or of the packaged one."""
    return next((path for folder in folders if (path := folder / "templates" / name).is_file()), FOLDER / name)


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The words of the monthly report: section → key → words."""
    data = load(FOLDER / WORDS).data
    return {str(section): {str(key): str(said) for key, said in words.items()} for section, words in data.items()}
