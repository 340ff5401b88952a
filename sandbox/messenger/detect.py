"""Find the entities that a messenger recognises by itself in a text: addresses, mentions, commands, hashtags, e-mail.

It follows TDLib's rules (Telegram's server is close to them; MAX publishes none). In doubt it finds too much: a test
that a citizen's text mentions nobody must not pass because of a gap here.
"""

import re
import unicodedata
from collections.abc import Iterator

from sandbox.messenger.model import Entity, utf16_length

_ENDINGS = (
    "com org net edu gov mil int info biz name pro aero coop museum mobi asia jobs travel tel cat post "
    "xxx arpa app dev page web site website online store shop blog club live news media press wiki work "
    "works world tech cloud digital email link click bet casino games game poker xyz top win bid loan men "
    "date party review trade vip icu space fun host life today city center company group team agency "
    "studio design art photo video moscow tatar academy school university health doctor clinic money cash "
    "credit bank finance market sale support help systems solutions services social network chat zone "
    "plus one guru expert fail love sex porn adult dating kim red blue green black pink bar cafe pizza "
    "taxi auto cars house land estate realty apartments рф рус москва дети сайт онлайн орг ком бел укр "
    "срб мкд бг мон қаз"
)
#: Domains written without «http://» are links only under these endings, besides all two-letter Latin ones.
COMMON_ENDINGS = frozenset(_ENDINGS.split())
#: What a domain is made of: dots, and whatever is no separator and no punctuation.
_SYMBOL = (
    r"[^\s\x00-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7d\x7f-\xbf"
    r"\u2000-\u200b\u200e-\u2010\u2016-\u206f\u3000-\u303f]"
)
_DOMAIN = rf"(?:{_SYMBOL}+)"
_PATH = r"[/?#][^\s<>\"«»\u2000-\u200b\u200e-\u200f\u2016-\u206f]*"
URL = re.compile(
    rf"(?P<scheme>[A-Za-z0-9+-]+://)?(?:(?P<user>[^\s/\[\]{{}}()'`<>\"@«»]+)@)?(?P<domain>{_DOMAIN})"
    rf"(?P<port>:\d{{1,5}})?(?P<path>{_PATH})?"
)
TG_URL = re.compile(rf"(?:tg|ton|tonsite)://[a-z0-9_-]{{1,253}}(?:{_PATH})?", re.IGNORECASE)
EMAIL_USER = re.compile(r"[A-Za-z0-9._+-]{1,64}$")
MENTION = re.compile(r"(?<!\w)@([A-Za-z0-9_]{2,32})(?!\w)")
COMMAND = re.compile(r"(?<![\w/<>])/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,32}))?(?![\w/<>])")
HASHTAG = re.compile(r"(?<![\w·\u200c#])#([\w·\u200c]{1,256})(?![\w·\u200c#])")
CASHTAG = re.compile(r"(?<![\w$])\$([A-Z]{1,8})(?![\w$])")
PHONE = re.compile(r"(?<![\w+])\+\d(?:[ ()-]{0,2}\d){9,13}(?!\w)")
SCHEMES = ("http://", "https://", "ftp://", "tonsite://")
BAD_ENDS = ".:;,('?!`"


def find_entities(text: str) -> list[Entity]:
    """Return the entities that a messenger adds to `text` by itself, in order and without overlaps; offsets in UTF-16
    units.
    """
    found = [(m.start(), m.end(), "url") for m in TG_URL.finditer(text)]
    found += list(_addresses(text))
    for pattern, kind in ((MENTION, "mention"), (COMMAND, "bot_command"), (PHONE, "phone_number")):
        found += [(m.start(), m.end(), kind) for m in pattern.finditer(text)]
    found += [(m.start(), m.end(), "cashtag") for m in CASHTAG.finditer(text)]
    found += [(m.start(), m.end(), "hashtag") for m in HASHTAG.finditer(text) if not m[1].isdecimal()]
    entities: list[Entity] = []
    end_of_last = 0
    for start, end, kind in sorted(found, key=lambda item: (item[0], -item[1])):
        if start >= end_of_last:
            entities.append(Entity(kind, utf16_length(text[:start]), utf16_length(text[start:end])))
            end_of_last = end
    return entities


def _addresses(text: str) -> Iterator[tuple[int, int, str]]:
    at = 0
    while True:
        match = URL.search(text, at)
        if match is None:
            return
        at = max(match.end("domain"), match.start() + 1)
        found = _address(match)
        if found is not None:
            yield found
            at = found[1]


def _address(match: re.Match[str]) -> tuple[int, int, str] | None:
    """Return the start, end and kind of the address in a candidate; None if it is no address."""
    scheme = (match["scheme"] or "").lower()
    if scheme and scheme not in SCHEMES:
        return None
    domain = match["domain"]
    trimmed = domain.rstrip(".")
    whole = trimmed == domain
    if not _is_domain(trimmed, scheme != ""):
        return None
    end = match.start("domain") + len(trimmed)
    if match["user"] and not scheme:
        user = EMAIL_USER.search(match["user"])
        return (match.start("user") + user.start(), end, "email") if user else None
    if whole and match["port"]:
        end = match.end("port")
    if whole and match["path"]:
        end = match.start("path") + len(_balanced(match["path"]))
    return match.start(), end, "url"


def _is_domain(domain: str, has_scheme: bool) -> bool:
    labels = domain.split(".")
    if len(labels) < 2 or any(not label or len(label) >= 64 or label.endswith("-") for label in labels):
        return False
    if len(labels) == 4 and all(label.isdecimal() and int(label) < 256 for label in labels):
        return True
    ending = labels[-1].lower()
    if len(ending) < 2 or not any(unicodedata.category(letter)[0] == "L" for letter in domain):
        return False
    if "_" in ending or (len(labels) == 2 and labels[0].startswith("_")):
        return False
    if has_scheme or ending in COMMON_ENDINGS or ending.startswith("xn--"):
        return True
    return len(ending) == 2 and ending.isascii() and ending.isalpha()


def _balanced(path: str) -> str:
    """Return the path up to its first unopened bracket, without trailing punctuation."""
    depth = {")": 0, "]": 0, "}": 0}
    opening = {"(": ")", "[": "]", "{": "}"}
    end = len(path)
    for index, letter in enumerate(path):
        if letter in opening:
            depth[opening[letter]] += 1
        elif letter in depth:
            depth[letter] -= 1
            if depth[letter] < 0:
                end = index
                break
    return path[:end].rstrip(BAD_ENDS)
