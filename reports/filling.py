"""Fills in an office's own Word template. An unknown field is refused by name; citizens' text is escaped."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from config.yamlfile import BrokenConfiguration, Problem


class _Unknown(StrictUndefined):
    """A field of the template that has no value; any use of it raises UndefinedError with its name."""

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


def filled(path: Path, values: Callable[[DocxTemplate], Mapping[str, Any]]) -> bytes:
    """The filled-in document as the bytes of a DOCX file; `values` gets the opened template and returns the fields.
    Raises BrokenConfiguration with the reason if the template cannot be filled in."""
    try:
        letter = DocxTemplate(path)
        letter.render(dict(values(letter)), jinja_env=SandboxedEnvironment(undefined=_Unknown), autoescape=True)
    except UndefinedError as error:
        raise _broken(
            path, f"неизвестное поле «{error}»; какие бывают, показано в образце рядом с программой"
        ) from None
    except TemplateError as error:
        raise _broken(path, f"шаблон не читается: {error.message}") from None
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError):
        raise _broken(path, "это не документ Word (docx)") from None
    out = BytesIO()
    letter.save(out)
    return out.getvalue()


def _broken(path: Path, words: str) -> BrokenConfiguration:
    return BrokenConfiguration([Problem(f"{path.parent.name}/{path.name}", None, words)])
