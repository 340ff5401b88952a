"""Parse Telegram's HTML into text and entities, with Telegram's own errors for broken markup.

Offsets of entities are in UTF-16 units; offsets in errors are in bytes of the bot's text. It must not be more lenient
than Telegram: an open or unknown tag is a refusal. Links and mentions in plain text: `detect.py`.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit, urlunsplit

from sandbox.telegram.model import Entity, utf16_length
from sandbox.telegram.refusals import Refusal, bad_request

TAG_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
#: The meaningful attribute of each tag; others are ignored.
MEANINGFUL = {
    ("a", "href"),
    ("code", "class"),
    ("span", "class"),
    ("tg-emoji", "emoji-id"),
    ("blockquote", "expandable"),
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPACES = " \t\r\n\0\v"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
PLAIN = re.compile("[^&<]+")


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    text_index: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the text without tags, and its entities in order of appearance; a Refusal if Telegram would reject it."""
    return _Parser(source).run()


class _Parser:
    """Parses the source in one pass; `at` is the index of the current character."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            letter = self.source[self.at]
            if letter == "&":
                decoded, self.at = _decode(self.source, self.at)
                self._emit(decoded)
            elif letter != "<":
                plain = PLAIN.match(self.source, self.at)
                assert plain is not None
                self._emit(plain[0])
                self.at = plain.end()
            elif self._peek(1) == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        text = "".join(self.out)
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise _broken(
                "Text contains invalid Unicode characters after decoding HTML entities,"
                " check for unmatched surrogate code units"
            )
        return text, sorted(self.entities, key=lambda entity: (entity.offset, -entity.length))

    def _emit(self, piece: str) -> None:
        self.out.append(piece)
        self.offset += utf16_length(piece)

    def _peek(self, ahead: int = 0) -> str:
        """Return the character `ahead` places after the current one, or NUL past the end."""
        index = self.at + ahead
        return self.source[index] if index < len(self.source) else "\0"

    def _skip_spaces(self) -> None:
        while self._peek() in SPACES and self.at < len(self.source):
            self.at += 1

    def _byte(self, index: int) -> int:
        return len(self.source[:index].encode("utf-8", "surrogatepass"))

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        while self._peek() not in SPACES + ">":
            self.at += 1
        if self.at >= len(self.source):
            raise _broken(f"Unclosed start tag at byte offset {self._byte(begin)}")
        tag = self.source[begin + 1 : self.at].lower()
        if tag not in TAG_TYPES:
            raise _broken(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        argument = ""
        while True:
            self._skip_spaces()
            if self._peek() == ">":
                break
            name, value = self._attribute(tag, begin)
            if (tag, name) in MEANINGFUL:
                argument = _meaning(tag, name, value, argument)
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self.open.append(_Open(tag, argument, self.offset, len(self.out)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str | None]:
        """Read one `name=value` or bare `name`, stop after it, and return the name and the value (None for a bare
        name).
        """
        name_begin = self.at
        while self._peek() not in SPACES + "=>/\"'":
            self.at += 1
        name = self.source[name_begin : self.at]
        if not name:
            if self.at >= len(self.source):
                raise _broken(f"Unclosed start tag at byte offset {self._byte(begin)}")
            raise _broken(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}')
        self._skip_spaces()
        if self._peek() != "=":
            if self.at >= len(self.source):
                raise _broken(f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}')
            return name, None
        self.at += 1
        self._skip_spaces()
        if self.at >= len(self.source):
            raise _broken(f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}')
        value = self._quoted() if self._peek() in "'\"" else self._name_token()
        if self.at >= len(self.source):
            raise _broken(f"Unclosed start tag at byte offset {self._byte(begin)}")
        return name, value

    def _name_token(self) -> str:
        begin = self.at
        while self._peek() in LETTERS + DIGITS + ".-":
            self.at += 1
        if self._peek() not in SPACES + ">":
            raise _broken(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return self.source[begin : self.at].lower()

    def _quoted(self) -> str:
        quote = self._peek()
        self.at += 1
        value = []
        while self.at < len(self.source) and self._peek() != quote:
            if self._peek() == "&":
                decoded, self.at = _decode(self.source, self.at)
                value.append(decoded)
            else:
                value.append(self._peek())
                self.at += 1
        if self._peek() == quote:
            self.at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _broken(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self.at += 2
        name_begin = self.at
        while self._peek() not in SPACES + ">":
            self.at += 1
        name = self.source[name_begin : self.at].lower()
        self._skip_spaces()
        if self._peek() != ">":
            raise _broken(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self.at += 1
        opened = self.open[-1]
        if name and name != opened.tag:
            raise _broken(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self.open.pop()
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        offset, length, kind = opened.offset, self.offset - opened.offset, TAG_TYPES[opened.tag]
        if kind == "text_link":
            target = opened.argument or "".join(self.out[opened.text_index :])
            link = link_entity(offset, length, target)
            if link is not None:
                self.entities.append(link)
        elif kind == "custom_emoji":
            if not opened.argument.isdecimal() or int(opened.argument) == 0:
                raise _broken("Invalid custom emoji identifier specified")
            self.entities.append(Entity(kind, offset, length, custom_emoji_id=opened.argument))
        elif kind == "blockquote" and opened.argument:
            self.entities.append(Entity("expandable_blockquote", offset, length))
        elif kind in ("pre", "code"):
            self._close_code(kind, opened.argument, offset, length)
        elif kind != "date_time":
            self.entities.append(Entity(kind, offset, length))

    def _close_code(self, kind: str, language: str, offset: int, length: int) -> None:
        """Add the entity of a closed `pre` or `code`; both around the same text are one block with a language,
        whichever is inside.
        """
        last = self.entities[-1] if self.entities else None
        if last is not None and (last.offset, last.length) == (offset, length) and last.type != kind:
            if kind == "pre" and last.type == "code" and last.language:
                self.entities[-1] = Entity("pre", offset, length, language=last.language)
                return
            if kind == "code" and last.type == "pre" and language:
                self.entities[-1] = Entity("pre", offset, length, language=language)
                return
        self.entities.append(Entity(kind, offset, length, language=language or None))


def _meaning(tag: str, name: str, value: str | None, before: str) -> str:
    """Return the value that an attribute gives its tag; `before` if it adds nothing."""
    if tag == "blockquote":
        return "1"
    if value is None:
        return before
    if name == "class":
        prefix = "language-" if tag == "code" else "tg-"
        return value[len(prefix) :] if value.startswith(prefix) else before
    return value


def _decode(source: str, at: int) -> tuple[str, int]:
    """Return the character that the HTML entity at `at` stands for, and the index after it; «&» itself if it is no
    entity.
    """
    end = at + 1
    if source[end : end + 1] == "#":
        end += 1
        base, allowed = 10, DIGITS
        if source[end : end + 1] == "x":
            end += 1
            base, allowed = 16, DIGITS + "abcdefABCDEF"
        begin = end
        while end < len(source) and source[end] in allowed:
            end += 1
        code = int(source[begin:end], base) if end > begin else 0
        if code == 0 or code >= 0x10FFFF or end - at >= 10:
            return "&", at + 1
        decoded = chr(code)
    else:
        while end < len(source) and source[end] in LETTERS:
            end += 1
        named = NAMED.get(source[at + 1 : end])
        if named is None:
            return "&", at + 1
        decoded = named
    return decoded, end + 1 if source[end : end + 1] == ";" else end


def link_entity(offset: int, length: int, target: str) -> Entity | None:
    """Return the entity of a link behind words, to an account or to an address; None if Telegram silently drops the
    link.
    """
    user_id = user_of_link(target)
    if user_id is not None:
        return Entity("text_mention", offset, length, user_id=user_id)
    url = checked_link(target)
    return Entity("text_link", offset, length, url=url) if url is not None else None


def user_of_link(url: str) -> int | None:
    """Return the account behind tg://user?id=…; None for other links."""
    parts = urlsplit(url.strip().lower())
    if parts.scheme != "tg" or (parts.netloc or parts.path.strip("/")) != "user":
        return None
    given = parse_qs(parts.query).get("id", [""])[0]
    return int(given) if given.isascii() and given.isdecimal() else None


def checked_link(url: str) -> str | None:
    """Return the address as Telegram stores it (with a scheme and at least «/»); None if it is no address."""
    url = url.strip()
    lower = url.lower()
    if lower.startswith(("tg:", "ton:", "tonsite:")):
        return url
    if "://" not in url:
        url = "http://" + url
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port == 0 or any(c in SPACES for c in parts.netloc):
        return None
    labels = host.split(".")
    if len(labels) < 2 or not all(labels) or any(c in "<>\"'`{}|\\^«»" for c in host):
        return None
    path = parts.path if parts.path.startswith("/") else "/" + parts.path
    return urlunsplit((parts.scheme.lower(), parts.netloc, path, parts.query, parts.fragment))


def _broken(words: str) -> Refusal:
    return bad_request("can't parse entities: " + words)
