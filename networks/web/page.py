"""A page's bytes as a title and a text: the longest run of words, without menus, scripts and footers. Pure.

The standard parser is enough: nothing is carried out, and what is missed a person sees by the link.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser

from config import washing

MOST_LETTERS = 4000
MOST_TITLE = 200
SKIPPED = frozenset(
    ("script", "style", "noscript", "template", "svg", "nav", "footer", "header", "aside", "form", "button", "select",
     "iframe", "object", "textarea", "figure", "menu", "head")
)  # fmt: skip
VOID = frozenset(("br", "img", "hr", "input", "meta", "link", "source", "area", "base", "col", "embed", "wbr", "track"))
BLOCKS = frozenset(
    ("p", "div", "li", "br", "h1", "h2", "h3", "h4", "blockquote", "td", "tr", "section", "article", "ul", "ol")
)
WHOLE = frozenset(("article", "main"))
SHORT = 25
"""A line of fewer letters outside of an article is likelier a menu's than a text's."""

DEEPEST = 400


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person would read there. `site`: the page's own name for its site; `written_at` where the page says so."""

    title: str
    text: str
    site: str = ""
    author: str = ""
    written_at: datetime | None = None


def read_page(content: bytes, kind: str) -> Reading:
    """`kind`: the `Content-Type` the page came with."""
    parser = _Parser()
    parser.feed(washing.text(_decoded(content, kind)))
    parser.close()
    title = parser.meta["og:title"] or _one_line("".join(parser.heading)) or _one_line("".join(parser.title))
    text = parser.text() or parser.meta["og:description"] or parser.meta["description"]
    return Reading(
        title=title[:MOST_TITLE],
        text=_cut(text),
        site=parser.meta["og:site_name"][:MOST_TITLE],
        author=parser.meta["author"][:MOST_TITLE],
        written_at=_moment(parser.meta["article:published_time"]),
    )


def _decoded(content: bytes, kind: str) -> str:
    """By the mark at its beginning, by what it came with, by what it says of itself, else UTF-8, else Russian Windows."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(name, "replace")
    said = re.search(r"charset=[\"']?([\w-]+)", kind, re.IGNORECASE)
    inside = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", content[:4096], re.IGNORECASE)
    names = [said[1] if said else "", inside[1].decode("ascii") if inside else "", "utf-8"]
    for name in filter(None, names):
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1251", "replace")


class _Parser(HTMLParser):
    """Gathers lines of text, and for each whether it stands in an article."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: defaultdict[str, str] = defaultdict(str)
        self.title: list[str] = []
        self.heading: list[str] = []
        self._open: list[str] = []
        self._line: list[str] = []
        self._lines: list[tuple[bool, str]] = []

    def text(self) -> str:
        """The article's lines where there is one with words, else all lines long enough to be a text's."""
        self._end_line()
        inside = [line for whole, line in self._lines if whole]
        if sum(len(line) for line in inside) >= SHORT:
            return "\n".join(inside)
        return "\n".join(line for _, line in self._lines if len(line) >= SHORT)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            given = {name: value or "" for name, value in attrs}
            name = (given.get("property") or given.get("name") or given.get("itemprop") or "").lower()
            self.meta[name] = self.meta[name] or _one_line(given.get("content", ""))
        if tag in BLOCKS:
            self._end_line()
        if tag == "body" and "head" in self._open:
            self.handle_endtag("head")
        if tag not in VOID and len(self._open) < DEEPEST:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._end_line()
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open and "svg" not in self._open:
            self.title.append(data)
        elif "h1" in self._open and not self.heading_is_over:
            self.heading.append(data)
        elif not SKIPPED.intersection(self._open):
            self._line.append(data)

    @property
    def heading_is_over(self) -> bool:
        return bool(self._lines) and bool(self.heading)

    def _end_line(self) -> None:
        line = _one_line("".join(self._line))
        self._line.clear()
        if line:
            self._lines.append((not WHOLE.isdisjoint(self._open), line))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1].rstrip() + "…"


def _moment(words: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(words)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
