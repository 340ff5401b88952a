"""Detects words that look like a password or a key; they are refused and never stored (MO-A2.5, PA-1.5). Pure.

Refusing a harmless line is better than storing a password. No refusal repeats the refused text. After «пароль» a text
usually gives the password, so the words that follow it pass only if they are known to describe one («сменён», «хранится
у…»); anything else is taken for the password itself.
"""

from __future__ import annotations

import re

from workflow.normal import normal

_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u0300\u0301]")
_TO_CYRILLIC = str.maketrans("aceopxykmtbhABCEHKMOPTXYё", "асеорхукмтвнАВСЕНКМОРТХУе")
_TO_LATIN = str.maketrans("асеорхукмтвнАВСЕНКМОРТХУ", "aceopxykmtbhABCEHKMOPTXY")
_CHUNK = re.compile(r"\S++")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_INSIDE = re.compile(r"(?<=[а-яё])[03@](?=[а-яё])", re.IGNORECASE)
_MEANT = {"0": "о", "3": "з", "@": "а"}

_PAROL = r"п[\s._*-]?а[\s._*-]?р[\s._*-]?о[\s._*-]?л"
_CALLED = (
    rf"{_PAROL}(?:ь|и)?|пасс?(?:ворд)?|пин(?:[\s-]?код)?|пук(?:[\s-]?код)?|токен|кодов(?:ое|ая)\s+(?:слово|фраза)"
    r"|секретн(?:ое|ый|ая|ые)\s+(?:слово|ключ|вопрос|код|фраза)|ответ\s+на\s+секретный\s+вопрос"
    r"|ключ(?:\s+(?:доступа|api))|(?:одноразов|резервн)(?:ый|ые)\s+коды?|коды?\s+(?:доступа|подтверждения|восстановления|входа|из\s+смс)"
    r"|passwords?|passwd|passphrase|passcode|pass|pwd|psw|parol|pin(?:[\s-]?code)?|puk(?:[\s-]?code)?|token"
    r"|secret|access_token|api_?key|login\s*/\s*pass"
)
"""A pattern of words that name a secret, in the grammatical form after which the secret itself is written."""
_BENT = rf"{_PAROL}[а-яё]*|токен[а-яё]*|пин[\s-]?код[а-яё]*|(?:резервн|одноразов)[а-яё]+\s+код[а-яё]*"
_OPEN = r"[\s\"'«“„(\[<`]*"
_EDGE = r"(?<![^\W\d_])"

_NAMED = re.compile(
    rf"{_EDGE}(?:{_CALLED}|{_BENT}|ключ)(?:\s*+(?:[:=]|[-–—]\s++)|\s++[-–—])(?!{_OPEN}\d\d?\.\d\d\.(?:\d\d){{1,2}}\b)\s*+\S",
    re.IGNORECASE,
)
"""«пароль: …», `access_token=…`: a secret follows the sign. A date after it is no secret: it says when it was changed."""
_FOLLOWED = re.compile(rf"{_EDGE}(?:{_CALLED})(?![^\W_])(?:\s++|{_OPEN})(?=\S)", re.IGNORECASE)
_BESIDE = re.compile(
    rf"{_EDGE}(?:{_BENT})(?![^\W_])\s++(?:(?:от|для|к|на)\s++(?:[а-яё-]++\s++){{1,3}})?{_OPEN}(?=\S)", re.IGNORECASE
)
"""«паролем Qwerty12», «пароль от страницы qwerty»: here a Russian word is not taken for a secret."""
_FURTHER = re.compile(
    rf"{_EDGE}(?:{_BENT})(?:\s++[а-яё-]++){{1,4}}\s*+[:=]\s*+(?=\S)",
    re.IGNORECASE,
)
"""«пароль от страницы администрации: …»: a secret after a description of up to four words and a colon."""

_FIRST = re.compile(r"[^\s,;\"'»”“„)\]>`]{1,200}")
_WORD = re.compile(r"[а-яё-]+", re.IGNORECASE)
_DATE = re.compile(r"\d\d?\.\d\d(?:\.(?:\d\d){1,2})?|(?:19|20)\d\d(?=\s+г)")
_SERVICES = (
    "vk ok telegram max rutube dzen email e-mail mail gmail yandex google sms vpn wi-fi wifi keepass keepassxc bitwarden"
    " authenticator excel word pdf id 2fa"
)
_LITTLE = (
    "а без был была были в во вк все всегда вход вы где две для до должен должна должны другой есть ещё еще за и из или их"
    " как каждый каждые каждую когда кому кто ли лично меньше мы на над не нет никому ни о об один одного ок от перед по"
    " под при про раз с свои со страницы странице страниц сейчас только у уже то тот чем что этой этого эта это я"
    " администратора администраторов администрации аккаунта аккаунтов бота группы групп доступа входа записи канала каналов"
    " куратора кабинета ответственного отдела почты сообщества сообществ телефона учётных учетных"
)
_INNOCENT = frozenset(f"{_SERVICES} {_LITTLE}".split())
_VERB = re.compile(
    r"[а-яё-]{2,}(?:[её]н|ена|ено|ены|[ая]н|[ая]на|[ая]но|[ая]ны|[ыуио]т|та|то|ты|[аяеиыуо]ли?|[аяеиыуо]ла|[аяеиыуо]ло"
    r"|[еёиюуая]т|[тч]ь|[ыи]й|[ыи]е|но|лся|лась|лись|лось|тся|ться|ем|им|ют|ут|ите|йте|йти|йтесь|ого|ому|ым|ых|ыми|ённый|енный)",
    re.IGNORECASE,
)
"""A Russian verb, participle or inflected adjective, recognised by its ending; it is not taken for a secret."""

_KEYS = re.compile(
    r"\bvk[12]\.a\.\S{3,}|\b\d{6,12}:[A-Za-z0-9_-]{20,}|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|ya29\.|AIza|AKIA|EAA[A-Z])"
    r"[A-Za-z0-9_-]{4,}|\beyJ[\w-]{8,400}+\.[\w-]",
)
_SHORT_KEY = re.compile(r"\bgh[pousr]_\S+|\bgithub_pat_\S+|\bglpat-\S+")
_ADDRESS = re.compile(
    r"^(?:https?://)?(?:[a-zа-яё0-9-]+\.)+[a-zа-яё]{2,}(?::\d+)?(?:/[^\s?#]*)?$"
    r"|^[^\s@]+@(?:[a-zа-яё0-9-]+\.)+[a-zа-яё]{2,}$|^[@#][\w]+$",
    re.IGNORECASE,
)
"""A web page, a mailbox, a name in a messenger or a hashtag; it is not taken for a secret."""
_RUN = re.compile(r"[A-Za-z0-9_+/=.!@#$%^&*~-]{16,}")
_HEX = re.compile(r"[0-9a-f]{24,}", re.IGNORECASE)
_WORDLIKE = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[!-~]{8,}")
_MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[!-~]{8,}|(?=.*[A-Za-z])(?=.*\d)(?=.*[!@#$%^&*~])[!-~]{6,}")


def looks_secret(text: str, *, strict: bool = False) -> bool:
    """Whether the text looks as if it contained a password or a key. `strict`: a single Latin word with digits counts too;
    for fields in which people's names or posts are expected.
    """
    return any(_is_named(said) for said in _readings(text)) or any(_is_random(word, strict) for word in text.split())


def _readings(text: str) -> tuple[str, str]:
    """Return the text read as Cyrillic and as Latin: without invisible marks, with look-alike letters of the other alphabet
    replaced."""
    plain = _HIDDEN.sub("", normal("NFKC", text))
    cyrillic = _CHUNK.sub(lambda word: _as(word.group(), _CYRILLIC, _TO_CYRILLIC), plain)
    latin = _CHUNK.sub(lambda word: _as(word.group(), _LATIN, _TO_LATIN), plain)
    return _INSIDE.sub(lambda sign: _MEANT[sign.group()], cyrillic), latin


def _as(word: str, letters: re.Pattern[str], alphabet: dict[int, int]) -> str:
    """Return the word with look-alike letters replaced by `alphabet` if it contains any of `letters`; else unchanged."""
    return word.translate(alphabet) if letters.search(word) else word


def _is_named(text: str) -> bool:
    if _NAMED.search(text) or _KEYS.search(text) or _SHORT_KEY.search(text):
        return True
    if any(_is_value(text, found.end(), words_too=True) for found in _FOLLOWED.finditer(text)):
        return True
    beside = (*_BESIDE.finditer(text), *_FURTHER.finditer(text))
    return any(_is_value(text, found.end(), words_too=False) for found in beside)


def _is_value(text: str, at: int, *, words_too: bool) -> bool:
    """Whether the word at index `at` is itself a secret and not a word that describes one. `words_too`: a Russian word not
    known to be harmless counts as a secret too.
    """
    first = _FIRST.match(text, at)
    if first is None or _DATE.match(text, at):
        return False
    word = first.group().rstrip(".!?…:")
    if _WORD.fullmatch(word):
        return words_too and word.casefold() not in _INNOCENT and _VERB.fullmatch(word) is None
    if word.casefold() in _INNOCENT or _ADDRESS.match(word):
        return False
    if not re.search(r"[A-Za-z]", word):
        return len(re.findall(r"\d", word)) >= 3 or bool(re.search(r"\d", word) and re.search(r"[а-яё]", word, re.I))
    return True


def _is_random(word: str, strict: bool) -> bool:
    bare = word.strip("«»\"'(),;:")
    if _ADDRESS.match(bare.rstrip(".!?…")):
        return False
    if _HEX.search(bare) and re.search(r"\d", bare) and re.search(r"[a-f]", bare, re.IGNORECASE):
        return True
    if _MIXED.fullmatch(bare) or (strict and _WORDLIKE.fullmatch(bare)):
        return True
    return any(
        re.search(r"\d", run) is not None and re.search(r"[A-Za-z]", run) is not None for run in _RUN.findall(bare)
    )
