"""Small wording shared by several screens: links, files, grounds, departments in other grammatical cases, buttons in rows.
Pure; knows no case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from markupsafe import Markup

from bot.messenger import Button
from config.russian.judging import Kind, judge
from config.russian.judging.answers import Hint
from config.russian.words import (
    ACCUSATIVE,
    DATIVE,
    GENITIVE,
    clean,
    count,
    declined,
    excerpt,
    neutralise,
    one_line,
    units,
)
from config.texts import Texts
from workflow.case import Beside, BesideKind, MissingFile
from workflow.office import Office
from workflow.outcomes import Reason
from workflow.ports import LETTERS

LINK_LIMIT = 2000
MOST_HINTS = 5
WIDE = 18
"""A longer caption (in units) gets a row of its own."""


def is_web(url: str) -> bool:
    """Whether the address may become a link: http or https, with a host, without blanks or control characters."""
    if not url.isprintable() or any(letter.isspace() for letter in url) or len(url) > LINK_LIMIT:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def link(url: str, words: str) -> Markup:
    """The words linked to the address; empty if the address may not become a link."""
    return Markup('<a href="{}">{}</a>').format(url, words) if is_web(url) else Markup()


def refusal_key(texts: Texts, section: str, reason: Reason) -> str:
    """The phrase for a reason: the subject's own if there is one, otherwise the common one."""
    own = f"{section}.{reason}"
    return own if texts.has(own) else f"refusals.{reason}"


def files_words(texts: Texts, kinds: list[str]) -> str:
    """«2 фото, 1 документ»."""
    known = texts.section("files")
    aliases = {"doc": "document", "link": "other", "poll": "other"}
    counted = Counter(aliases.get(kind, kind) for kind in kinds)
    return ", ".join(count(n, known.get(kind, known["other"])) for kind, n in counted.items())


MOST_SAID = 400
"""How much of a forwarded message is shown."""
KNOWN_KINDS = frozenset(BesideKind)
QUOTING = frozenset({BesideKind.QUOTE, BesideKind.FORWARD, BesideKind.REPOST})
MOST_NAMED = 5
"""How many files are named; the rest are counted."""


def missing_words(texts: Texts, files: Sequence[MissingFile]) -> str:
    """«акт.pdf», фото»: documents by their names, the rest counted."""
    names = [f"«{excerpt(one_line(file.name), 60)}»" for file in files if file.name]
    rest = [file.kind for file in files if not file.name]
    one = texts.section("files").get(rest[0], "").split("|")[0] if len(rest) == 1 else ""
    listed = ", ".join([*names[:MOST_NAMED], *([one or files_words(texts, rest)] if rest else [])])
    more = len(names) - MOST_NAMED
    return texts.plain("files_missing.more", named=listed, more=more) if more > 0 else listed


def beside_words(texts: Texts, beside: Sequence[Beside]) -> list[Markup]:
    """A line for each thing that was in the message besides what is shown: «место: Школьная, 5 · открыть»."""
    lines = [
        texts.phrase(
            "beside_line.line",
            what=texts.plain(f"beside.{one.kind if one.kind in KNOWN_KINDS else BesideKind.OTHER}"),
            words=neutralise(excerpt(one_line(clean(one.words)), MOST_SAID)),
            quoted=one.kind in QUOTING,
            address=neutralise(one.link) if one.kind == BesideKind.LINK else "",
            open=link(one.link, texts.plain("found.open")),
        )
        for one in beside[:MOST_NAMED]
    ]
    more = len(beside) - MOST_NAMED
    return [*lines, texts.phrase("beside_line.more", more=more)] if more > 0 else lines


def beside_kinds(texts: Texts, kinds: Sequence[str]) -> str:
    """«стикер, место»: what a message without words held."""
    known = (kind if kind in KNOWN_KINDS else BesideKind.OTHER for kind in kinds)
    return ", ".join(dict.fromkeys(texts.plain(f"beside.{kind}") for kind in known))


def listed_in(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def departments_named(office: Office, keys: object) -> str:
    """«Отдел дорог, Отдел образования»."""
    return ", ".join(
        office.departments[str(key)].name if str(key) in office.departments else str(key) for key in listed_in(keys)
    )


def ground_words(texts: Texts, office: Office, code: str) -> str:
    """A closing reason, or a ground of the regulation, in words."""
    if texts.has(f"closing.{code}"):
        return texts.plain(f"closing.{code}")
    return next((ground.words for ground in office.regulation.grounds if ground.code == code), code)


def is_rude(words: str) -> bool:
    """Whether the words are no name for a case in a list that others read."""
    return any(ground.kind in (Kind.OBSCENE, Kind.INSULT) for ground in judge(words).grounds)


def grounds_heard(text: str) -> frozenset[str]:
    """Codes of the grounds for not processing that the citizen's text may give."""
    heard = {str(ground.kind) for ground in judge(text).grounds}
    return frozenset(heard | ({"harm"} if "threat" in heard else set()))


def asks_formally(texts: Texts, text: str) -> bool:
    """Whether the citizen asks for a formal appeal (59-ФЗ), which is not registered here (IZ-2, MO-3, KU-2)."""
    signs = (_plain(sign) for sign in texts.plain("citizens.formal_signs").split("|"))
    words = f" {_plain(text)} "
    return any(f" {sign}" in words for sign in signs if sign)


def _plain(text: str) -> str:
    """Lower-case letters and digits separated by single spaces, so that «59-ФЗ» and «59 фз» compare equal."""
    return " ".join(re.findall(r"[^\W_]+", text.lower().replace("ё", "е")))


def department_to(office: Office, key: str) -> str:
    """«Отделу ЖКХ»."""
    return in_case(office, office.departments[key].name, DATIVE) if key in office.departments else key


def in_case(office: Office, name: str, form: int) -> str:
    """A department's name in the genitive or the dative: as the municipality's file writes it, else by rule."""
    own = next((one for one in office.departments.values() if one.name == name), None)
    written = {GENITIVE: own.name_of, DATIVE: own.name_to}.get(form, "") if own is not None else ""
    return written or declined(name, form)


def department_into(name: str) -> str:
    """«Отдел ЖКХ», as in «направить в …»."""
    return declined(name, ACCUSATIVE)


def hint_lines(texts: Texts, hints: Sequence[tuple[str, str]], clause: str) -> list[str]:
    """«Можно сказать проще (пункт 2.4):» and a line for each hint."""
    lines = [str(texts.phrase("material_screen.hints", clause=clause))]
    lines += [
        str(texts.phrase("material_screen.hint", words=excerpt(one_line(found), 80), why=why))
        for found, why in hints[:MOST_HINTS]
    ]
    if len(hints) > MOST_HINTS:
        lines.append(str(texts.phrase("material_screen.more_hints", n=len(hints) - MOST_HINTS)))
    return lines


def draft_hint_lines(texts: Texts, hints: Sequence[tuple[Hint, str]]) -> list[Markup]:
    """«не сказано, кто, что и к какому сроку сделает (пункт 17)»: a line for each hint."""
    return [
        texts.phrase(
            f"draft_hints.{hint.lack}",
            words=", ".join(f"«{neutralise(excerpt(one_line(word), 60))}»" for word in hint.words),
            clause=clause,
        )
        for hint, clause in hints
    ]


def letter_words(texts: Texts, kind: str) -> str:
    """The kind of a letter in words."""
    return texts.plain(f"letters.{kind if kind in LETTERS else 'other'}")


def in_twos(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    """Buttons two in a row; a long one gets its own row."""
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        alone = units(button.text) > WIDE
        if rows and not alone and len(rows[-1]) == 1 and units(rows[-1][0].text) <= WIDE:
            rows[-1] = (*rows[-1], button)
        else:
            rows.append((button,))
    return rows
