"""All words the bot says, in one folder: templates of whole screens (`*.j2`) and short phrases (`phrases.yaml`).

`Texts` looks in the `texts` folder of each configuration folder and then in the packaged one; the first file wins. An
installation's `phrases.yaml` may override single phrases. Every value in a template is made harmless
(`config.russian.words`) and escaped, unless it is `Markup` already, so that nobody can forget to. An installation's own
files are checked at start-up, and their errors are reported then. Knows nothing about cases.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateSyntaxError, Undefined, meta
from markupsafe import Markup, escape

from config.clauses import clause_words
from config.russian.words import clean, count, neutralise, plural
from config.yamlfile import BrokenConfiguration, Problem, load

FOLDER = Path(__file__).parent
PHRASES = "phrases.yaml"


def harmless(value: object) -> object:
    """A template's value made harmless: markup stays as it is, other text loses its mentions and links. TypeError for
    None and for a moment, which a template must put into words."""
    if isinstance(value, Markup | Undefined):
        return value
    if value is None or isinstance(value, datetime):
        raise TypeError(f"{value!r} is no word: a template forgot to say it in Russian")
    return neutralise(clean(str(value))) if isinstance(value, str) else str(value)


def safe(text: str) -> Markup:
    """A stranger's text as markup: harmless and escaped."""
    return escape(harmless(text))


class Texts:
    """The words of one installation; `folders` are its configuration folders, the nearest first.

    The constructor raises BrokenConfiguration if one of the installation's own templates or phrases is invalid.
    """

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        own = (folder / "texts" for folder in folders)
        self.folders = (*(folder for folder in own if folder.is_dir()), FOLDER)
        self._environment = _environment(self.folders)
        self._phrases = self._read_phrases()
        self._check_templates()

    # --- what is said ------------------------------------------------------------------------------------------------

    def html(self, template: str, **values: object) -> Markup:
        """Render `<template>.j2` as HTML, without empty lines at either end or two in a row."""
        return _tidy(self._environment.get_template(f"{template}.j2").render(**values))

    def phrase(self, key: str, **values: object) -> Markup:
        """Render the phrase with this key (`section.name`) as HTML. KeyError if there is none."""
        found = _compiled(self._phrases[key])
        return Markup(found.render(**values).strip()) if isinstance(found, Template) else found  # noqa: S704

    def plain(self, key: str, **values: object) -> str:
        """Render the phrase with this key as plain text, for a toast or a button's caption."""
        return self.phrase(key, **values).unescape()

    def has(self, key: str) -> bool:
        return key in self._phrases

    def section(self, name: str) -> Mapping[str, str]:
        """The phrases of a section by name, not rendered; {} if there is no such section."""
        return self._sections.get(name, {})

    @cached_property
    def _sections(self) -> Mapping[str, Mapping[str, str]]:
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for key, words in self._phrases.items():
            section, _, name = key.partition(".")
            found[section][name] = words
        return found

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(self._phrases)

    # --- reading -----------------------------------------------------------------------------------------------------

    def _read_phrases(self) -> dict[str, str]:
        own = dict(_ours())
        problems: list[Problem] = []
        for folder in reversed(self.folders[:-1]):
            path = folder / PHRASES
            if not path.exists():
                continue
            lines = load(path).lines
            for key, words in _flat(path):
                if key not in own:
                    near = difflib.get_close_matches(key, own, 1)
                    hint = f", может быть, «{near[0]}»" if near else ""
                    problems.append(Problem(str(path), lines.of(key.split(".")), f"такой фразы нет: «{key}»{hint}"))
                problems += self._wrong_phrase(str(path), lines.of(key.split(".")), key, words, own.get(key, words))
                own[key] = words
        if problems:
            raise BrokenConfiguration(problems)
        return own

    def _wrong_phrase(self, path: str, line: int | None, key: str, words: str, ours: str) -> list[Problem]:
        try:
            strange = sorted(_names(self._environment, words) - _names(self._environment, ours))
        except TemplateSyntaxError as error:
            return [Problem(path, line, f"«{key}» не читается: {error.message}")]
        return [Problem(path, line, f"«{key}»: значения «{name}» здесь нет") for name in strange]

    def _strange_names(self, name: str) -> list[Problem]:
        """Errors for the variables in an installation's own template that the packaged template does not use, so that
        the program does not supply them.
        """
        loader = self._environment.loader
        assert loader is not None
        source, path, _ = loader.get_source(self._environment, name)
        ours = (FOLDER / name).read_text("utf-8")
        strange = sorted(_names(self._environment, source) - _names(self._environment, ours))
        return [Problem(path or name, None, f"значения «{key}» здесь нет") for key in strange]

    def _check_templates(self) -> None:
        """Check the installation's own templates, and raise BrokenConfiguration for errors; the packaged ones compile
        on first use, and the tests check them."""
        problems: list[Problem] = []
        own = sorted({name for folder in self.folders[:-1] for name in _templates_in(folder)})
        packaged = _templates_in(FOLDER) if own else set()
        for name in own:
            if name not in packaged:
                near = difflib.get_close_matches(name, packaged, 1)
                hint = f", может быть, {near[0]}" if near else ""
                problems.append(Problem(name, None, f"такого шаблона у бота нет{hint}"))
                continue
            try:
                self._environment.get_template(name)
                problems += self._strange_names(name)
            except TemplateSyntaxError as error:
                problems.append(Problem(name, error.lineno, f"шаблон не читается: {error.message}"))
            except UnicodeDecodeError:
                problems.append(Problem(name, None, "сохраните файл в кодировке UTF-8"))
        if problems:
            raise BrokenConfiguration(problems)


def _templates_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.j2")}


@cache
def _ours() -> Mapping[str, str]:
    return dict(_flat(FOLDER / PHRASES))


@cache
def _environment(folders: tuple[Path, ...]) -> Environment:
    """The Jinja environment for these folders, made once: compiling every template takes half a second. A changed file
    is read again."""
    environment = Environment(
        loader=FileSystemLoader([str(folder) for folder in folders], encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(count=count, plural=plural, clause_words=clause_words)
    return environment


@cache
def _compiled(words: str) -> Template | Markup:
    """Compile a phrase; a phrase is self-contained and includes no file."""
    if "{{" not in words and "{%" not in words:
        return Markup(words)  # noqa: S704 - our own words; what is put into them is escaped
    return _environment((FOLDER,)).from_string(words)


def _names(environment: Environment, source: str) -> set[str]:
    return meta.find_undeclared_variables(environment.parse(source)) - set(environment.globals)


def _flat(path: Path) -> Iterator[tuple[str, str]]:
    """Iterate over the file's phrases, each with its full key, `section.name`. BrokenConfiguration for one that is no
    text."""
    loaded = load(path)
    for section, phrases in loaded.data.items():
        if not isinstance(phrases, dict):
            raise BrokenConfiguration([_not_words(path, loaded.lines.of([section]), str(section))])
        for name, words in phrases.items():
            if not isinstance(words, str):
                raise BrokenConfiguration([_not_words(path, loaded.lines.of([section, name]), f"{section}.{name}")])
            yield f"{section}.{name}", words.strip()


def _not_words(path: Path, line: int | None, key: str) -> Problem:
    return Problem(str(path), line, f"«{key}»: нужен текст, при случае в кавычках")


def _tidy(rendered: str) -> Markup:
    lines: list[str] = []
    for line in rendered.strip().split("\n"):
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return Markup("\n".join(lines))  # noqa: S704


def words_of(value: Any) -> str:
    """The key under which a section of phrases lists this member of an enumeration."""
    return str(value).replace("-", "_")
