"""Finds somebody's personal data in a text that everybody will read: a private number, a document, a flat, a full name
with something about the person. Pure. What an office publishes about itself (its telephones, its officials) is no
finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_PATRONYMIC = r"[А-ЯЁ][а-яё]+(?:ович|евич|ич|овн|евн|ичн|инична)(?:а|у|ем|ом|ой|ы|е|ей)?"
_INITIALS = r"[А-ЯЁ]\.\s?[А-ЯЁ]\."
_FULL = rf"(?:{_NAME}\s+{_NAME}\s+{_PATRONYMIC}|{_NAME}\s+{_PATRONYMIC}\s+{_NAME}|{_NAME}\s+{_INITIALS}|{_INITIALS}\s?{_NAME})"
FULL_NAME = re.compile(_FULL)
OFFICE = re.compile(
    r"\b(?:глав[аыеу]\b|заместител|начальник|директор|руководител|председател|специалист|врач|инженер|мастер\b|депутат|отдел|министр"
    r"|участков|инспектор|ведущ|староста|заведующ|исполнител|консультант|диспетчер|улиц|ул\.|имени|им\.|памятник|сквер|школ)",
    re.IGNORECASE,
)
_CITIZEN = re.compile(
    r"\b(?:гражданин\w*|гражданк\w+|гр\.|жител\w+|жительниц\w+|заявител\w+|собственник\w*|собственниц\w+|наниматель"
    r"|сосед\w*|соседк\w+|должник\w*|проживающ\w+|зарегистрирован\w+|пенсионер\w*|инвалид\w*|пациент\w*|ребен\w+"
    r"|долг\w*|задолженност\w+|диагноз\w*|паспорт\w*|снилс|карт[ауе]\b|г\.\s?р\.|года рождения)",
    re.IGNORECASE,
)
_ALWAYS = (
    re.compile(r"\bпаспорт\D{0,20}\d{2}\s?\d{2}\s?№?\s?\d{6}", re.IGNORECASE),
    re.compile(r"\b\d{3}-\d{3}-\d{3}[ -]\d{2}\b"),
    re.compile(r"\bснилс\D{0,10}\d[\d -]{9,}", re.IGNORECASE),
    re.compile(r"\b(?:\d{4}[ -]?){3}\d{4}\b"),
    re.compile(
        r"\b\d{1,2}\.\d{1,2}\.(?:19|20)\d\d\s*(?:г\.?\s?р\b|года рождения)|\b(?:19|20)\d\d\s*(?:г\.?\s?р\b|года рождения)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:диагноз\w*|инвалид\w*\s+(?:\w+\s+)?групп\w+|страда\w+\s+\w+ией|состоит на учет\w+ у)\b[^.]{0,40}",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:кв\.|квартир[аеыу])\s*№?\s*\d{1,4}\b", re.IGNORECASE),
    re.compile(r"\b(?:лицев\w+ сч[её]т\w*|л/с)\s*№?\s*\d{5,}", re.IGNORECASE),
)
_MOBILE = re.compile(r"(?<!\d)(?:\+7|8)[\s(-]*9\d\d[\s)-]*\d{3}[\s-]?\d\d[\s-]?\d\d(?!\d)")
_PUBLIC = re.compile(
    r"диспетчер|горяч\w+ лини|аварийн|приемн|приёмн|служб|отдел|дежурн|едд|контакт|администрац|управляющ|\bук\b|подрядчик",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"личн|сосед|его|её|ее|автора|заявител|жител", re.IGNORECASE)
NEAR = 80


def personal_data(text: str) -> list[str]:
    """The pieces of the text that are somebody's personal data, in the order of the text; each once. Never raises."""
    found = sorted(_found(text))
    return list(dict.fromkeys(" ".join(words.split()) for _, words in found))


def _found(text: str) -> Iterator[tuple[int, str]]:
    for sign in _ALWAYS:
        yield from ((match.start(), match[0]) for match in sign.finditer(text))
    for match in _MOBILE.finditer(text):
        before = text[max(0, match.start() - NEAR) : match.start()]
        if _PRIVATE.search(before) or not _PUBLIC.search(before):
            yield match.start(), match[0]
    for match in FULL_NAME.finditer(text):
        before, after = text[max(0, match.start() - NEAR) : match.start()], text[match.end() : match.end() + NEAR]
        if (_CITIZEN.search(before) or _CITIZEN.search(after)) and not OFFICE.search(before[-30:]):
            yield match.start(), match[0]
