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
from workflow.case import Beside, BesideKind, Case, MissingFile
from workflow.office import Office
from workflow.outcomes import Reason
from workflow.ports import LETTERS

LINK_LIMIT = 2000
MOST_HINTS = 5
WIDE = 18
"""A button whose caption is longer (in UTF-16 units) gets a row of its own."""


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
    """Return the words linked to the address; empty if `is_web` does not allow the address as a link."""
    return Markup('<a href="{}">{}</a>').format(url, words) if is_web(url) else Markup()


def refusal_key(texts: Texts, section: str, reason: Reason) -> str:
    """Return the key of the phrase for a refusal's reason: the subject's own if there is one in `section`, otherwise
    the common one."""
    own = f"{section}.{reason}"
    return own if texts.has(own) else f"refusals.{reason}"


def files_words(texts: Texts, kinds: list[str]) -> str:
    """Count the files by kind, in words: «2 фото, 1 документ»."""
    known = texts.section("files")
    aliases = {"doc": "document", "link": "other", "poll": "other"}
    counted = Counter(aliases.get(kind, kind) for kind in kinds)
    return ", ".join(count(n, known.get(kind, known["other"])) for kind, n in counted.items())


MOST_SAID = 400
"""How much of the words of a forwarded or quoted message is shown, in UTF-16 units."""
KNOWN_KINDS = frozenset(BesideKind)
QUOTING = frozenset({BesideKind.QUOTE, BesideKind.FORWARD, BesideKind.REPOST})
MOST_NAMED = 5
"""How many missing files are named, and how many things beside the text are listed; the rest are counted."""


def missing_words(texts: Texts, files: Sequence[MissingFile]) -> str:
    """Name the files that could not be fetched: documents by their names, the others counted («акт.pdf», 2 фото)."""
    names = [f"«{excerpt(one_line(file.name), 60)}»" for file in files if file.name]
    rest = [file.kind for file in files if not file.name]
    one = texts.section("files").get(rest[0], "").split("|")[0] if len(rest) == 1 else ""
    listed = ", ".join([*names[:MOST_NAMED], *([one or files_words(texts, rest)] if rest else [])])
    more = len(names) - MOST_NAMED
    return texts.plain("files_missing.more", named=listed, more=more) if more > 0 else listed


def beside_words(texts: Texts, beside: Sequence[Beside]) -> list[Markup]:
    """Return a line for each thing in the message besides its text (a place, a poll, something forwarded): «место:
    Школьная, 5 · открыть»."""
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
    """Name the kinds of things in a message without text: «стикер, место»; each kind once."""
    known = (kind if kind in KNOWN_KINDS else BesideKind.OTHER for kind in kinds)
    return ", ".join(dict.fromkeys(texts.plain(f"beside.{kind}") for kind in known))


def listed_in(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def departments_named(office: Office, keys: object) -> str:
    """Return the names of the departments with these keys, with commas: «Отдел дорог, Отдел образования»; an unknown
    key stays as it is."""
    return ", ".join(
        office.departments[str(key)].name if str(key) in office.departments else str(key) for key in listed_in(keys)
    )


def ground_words(texts: Texts, office: Office, code: str) -> str:
    """Return the Russian words for the code of a closing reason or of a ground of the regulation; the code itself if
    unknown."""
    if texts.has(f"closing.{code}"):
        return texts.plain(f"closing.{code}")
    return next((ground.words for ground in office.regulation.grounds if ground.code == code), code)


def now_written(case: Case) -> str:
    """Return the author's text as it now stands in the network."""
    return case.rewritten[-1].text if case.rewritten else case.appeal.text


def is_rude(words: str) -> bool:
    """Whether the words are obscene or insulting, so that they may not stand for a case in a list that others read."""
    return any(ground.kind in (Kind.OBSCENE, Kind.INSULT) for ground in judge(words).grounds)


def grounds_heard(text: str) -> frozenset[str]:
    """Return the codes of the grounds for not processing a message that the citizen's text may give."""
    heard = {str(ground.kind) for ground in judge(text).grounds}
    return frozenset(heard | ({"harm"} if "threat" in heard else set()))


def asks_formally(texts: Texts, text: str) -> bool:
    """Whether the citizen asks for a formal appeal (59-ФЗ); the bot does not register such appeals (IZ-2, MO-3, KU-2)."""
    signs = (_plain(sign) for sign in texts.plain("citizens.formal_signs").split("|"))
    words = f" {_plain(text)} "
    return any(f" {sign}" in words for sign in signs if sign)


def _plain(text: str) -> str:
    """Return the letters and digits in lower case, words separated by single spaces, so that «59-ФЗ» and «59 фз»
    compare equal."""
    return " ".join(re.findall(r"[^\W_]+", text.lower().replace("ё", "е")))


def department_to(office: Office, key: str) -> str:
    """Return the department's name in the dative: «Отделу ЖКХ»; an unknown key stays as it is."""
    return in_case(office, office.departments[key].name, DATIVE) if key in office.departments else key


def in_case(office: Office, name: str, form: int) -> str:
    """Return a department's name in the genitive or the dative (`form`): as the municipality's file writes it, else by
    rule."""
    own = next((one for one in office.departments.values() if one.name == name), None)
    written = {GENITIVE: own.name_of, DATIVE: own.name_to}.get(form, "") if own is not None else ""
    return written or declined(name, form)


def department_into(name: str) -> str:
    """Return the department's name in the accusative, as after «направить в …»."""
    return declined(name, ACCUSATIVE)


def hint_lines(texts: Texts, hints: Sequence[tuple[str, str]], clause: str) -> list[str]:
    """Return «Можно сказать проще (пункт 2.4):» and a line for each of the first `MOST_HINTS` hints. `hints`: the words
    found, and why."""
    lines = [str(texts.phrase("material_screen.hints", clause=clause))]
    lines += [
        str(texts.phrase("material_screen.hint", words=excerpt(one_line(found), 80), why=why))
        for found, why in hints[:MOST_HINTS]
    ]
    if len(hints) > MOST_HINTS:
        lines.append(str(texts.phrase("material_screen.more_hints", n=len(hints) - MOST_HINTS)))
    return lines


def draft_hint_lines(texts: Texts, hints: Sequence[tuple[Hint, str]]) -> list[Markup]:
    """Return a line for each hint to a draft, with its clause: «не сказано, кто, что и к какому сроку сделает (пункт
    17)»."""
    return [
        texts.phrase(
            f"draft_hints.{hint.lack}",
            words=", ".join(f"«{neutralise(excerpt(one_line(word), 60))}»" for word in hint.words),
            clause=clause,
        )
        for hint, clause in hints
    ]


def letter_words(texts: Texts, kind: str) -> str:
    """Return the kind of a letter (queued message) in Russian words; an unknown kind reads as "other"."""
    return texts.plain(f"letters.{kind if kind in LETTERS else 'other'}")


def in_twos(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    """Arrange the buttons in rows of two; one with a long caption gets its own row."""
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        alone = units(button.text) > WIDE
        if rows and not alone and len(rows[-1]) == 1 and units(rows[-1][0].text) <= WIDE:
            rows[-1] = (*rows[-1], button)
        else:
            rows.append((button,))
    return rows
