"""Extract the title and text of a page from its bytes: the lines of its article, without menus, scripts and footers.
Pure.

Runs in a child process with limits (`bot.process.child`), never in the event loop. lxml parses the page as browsers do
and executes nothing: no script, no entity of the page, no request to another address. If the text is incomplete, a
person can open the link.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import webencodings
from lxml import etree

from networks.web.reading import MOST_LETTERS, MOST_TITLE

SKIPPED = frozenset(
    ("script", "style", "noscript", "template", "svg", "nav", "footer", "header", "aside", "form", "button", "select",
     "iframe", "object", "textarea", "figure", "menu", "head")
)  # fmt: skip
BLOCKS = frozenset(
    ("p", "div", "li", "br", "h1", "h2", "h3", "h4", "blockquote", "td", "tr", "section", "article", "ul", "ol")
)
WHOLE = frozenset(("article", "main"))
SHORT = 25
"""The length in characters below which a line outside an article is more likely a menu entry than text."""

FEW = 0.05
"""Up to this share of broken characters, among the non-ASCII ones, an encoding is taken for the right one (the page is
careless)."""


def read_page(content: bytes, facts: Mapping[str, object]) -> dict[str, str | bool]:
    """Read the page and return the mapping that `reading.reading_of` takes. `facts`: `kind`, the page's `Content-Type`;
    `cut`: the bytes are only its beginning.
    """
    cut = facts["cut"] is True
    gathered = _Gathered()
    parser = etree.HTMLParser(target=gathered)
    parser.feed(_decoded(content, str(facts["kind"])))
    cut = cut and not gathered.is_article_over
    parser.close()
    meta = gathered.meta
    title = meta["og:title"] or _one_line("".join(gathered.heading)) or _one_line("".join(gathered.title))
    text = gathered.text() or meta["og:description"] or meta["description"]
    return {
        "title": title[:MOST_TITLE],
        "text": text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1].rstrip() + "…",
        "site": meta["og:site_name"][:MOST_TITLE],
        "author": meta["author"][:MOST_TITLE],
        "written_at": meta["article:published_time"][:MOST_TITLE],
        "cut": cut or len(text) > MOST_LETTERS,
    }


def _decoded(content: bytes, kind: str) -> str:
    """Decode by the byte order mark, otherwise with the first encoding that fits; as windows-1251 if none does."""
    for label in _labels(content, kind):
        try:
            text, _ = webencodings.decode(content, label)
        except (LookupError, ValueError):
            continue
        text = text.rstrip("\ufffd")  # half a character, if the page was cut
        if text and text.count("\ufffd") <= FEW * sum(letter > "\x7f" for letter in text):
            return text
    return webencodings.decode(content, "windows-1251")[0]


def _labels(content: bytes, kind: str) -> Iterator[str]:
    """Candidate encodings: the one in `Content-Type`, the one its zero bytes suggest, the one the page declares, UTF-8.
    They are looked up in the browsers' list, because Python also has codecs that are not text encodings, and one that
    only raises.
    """
    if said := re.search(r"charset=[\"' ]*([\w.:-]{1,40})", kind, re.IGNORECASE):
        yield said[1]
    beginning = content[:1024]
    for label, zeros in (("utf-16le", beginning[1::2]), ("utf-16be", beginning[::2])):
        if zeros.count(0) > len(zeros) / 4:
            yield label
    inside = re.search(rb"<meta[^>]{0,200}charset=[\"' ]*([\w.:-]{1,40})", content[:4096], re.IGNORECASE)
    if inside and not inside[1].lower().startswith(b"utf-16"):
        yield inside[1].decode("ascii")
    yield "utf-8"


class _Gathered:
    """Collects a page's title, heading, meta data and lines of text while lxml parses it, and notes which lines are
    inside an article. lxml closes the tags the page left open."""

    def __init__(self) -> None:
        self.meta: defaultdict[str, str] = defaultdict(str)
        self.title: list[str] = []
        self.heading: list[str] = []
        self._open: Counter[str] = Counter()
        self._skipped = 0
        self._whole = 0
        self._line: list[str] = []
        self._lines: list[tuple[bool, str]] = []

    def text(self) -> str:
        """The article's lines if they hold enough text, otherwise all lines long enough to be text."""
        inside = self._article()
        return "\n".join(inside or (line for _, line in self._lines if len(line) >= SHORT))

    @property
    def is_article_over(self) -> bool:
        """Whether the page's article has been read to its end, so that the rest of the page does not matter."""
        return not self._whole and bool(self._article())

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "meta":
            name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
            self.meta[name] = self.meta[name] or _one_line(attributes.get("content", ""))
        self._turn(tag, 1)

    def end(self, tag: str) -> None:
        self._turn(tag, -1)

    def data(self, data: str) -> None:
        if self._open["title"] and not self._open["svg"]:
            self.title.append(data)
        elif self._open["h1"] and not (self._lines and self.heading):
            self.heading.append(data)
        elif not self._skipped:
            self._line.append(data)

    def close(self) -> None:
        self._end_line()

    def _turn(self, tag: str, step: int) -> None:
        if tag in BLOCKS:
            self._end_line()
        self._open[tag] += step
        self._skipped += step * (tag in SKIPPED)
        self._whole += step * (tag in WHOLE)

    def _article(self) -> list[str]:
        inside = [line for whole, line in self._lines if whole]
        return inside if sum(len(line) for line in inside) >= SHORT else []

    def _end_line(self) -> None:
        line = _one_line("".join(self._line))
        self._line.clear()
        if line:
            self._lines.append((self._whole > 0, line))


def _one_line(text: str) -> str:
    return " ".join(text.split())
