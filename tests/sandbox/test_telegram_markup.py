"""Telegram HTML, and what Telegram finds in plain text by itself."""

from html import escape
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.messenger.detect import find_entities
from sandbox.telegram.formatting import settle
from sandbox.telegram.markup import TAG_TYPES, parse_html
from sandbox.telegram.model import Entity, cut, utf16_length
from sandbox.telegram.refusals import Refusal

PARSED = [
    ("<b>а</b><i>б</i>", "аб", [Entity("bold", 0, 1), Entity("italic", 1, 1)]),
    ("😀<u>х</u>", "😀х", [Entity("underline", 2, 1)]),
    ("<B>х</b>", "х", [Entity("bold", 0, 1)]),
    ("<b>х</>", "х", [Entity("bold", 0, 1)]),
    ("<b></b>х", "х", []),
    ("&lt;&gt;&amp;&quot;&#33;&#x1F600;", '<>&"!😀', []),
    ("&nbsp;&copy & &lt", "&nbsp;&copy & <", []),
    ('<span class="tg-spoiler">х</span>', "х", [Entity("spoiler", 0, 1)]),
    ("<pre><code class='language-py'>х</code></pre>", "х", [Entity("pre", 0, 1, language="py")]),
    ("<blockquote expandable>х</blockquote>", "х", [Entity("expandable_blockquote", 0, 1)]),
    ('<a href="example.com/?a=1&amp;b=2">х</a>', "х", [Entity("text_link", 0, 1, "http://example.com/?a=1&b=2")]),
    ("<a>example.com</a>", "example.com", [Entity("text_link", 0, 11, "http://example.com/")]),
    ('<a href="внизу">х</a>', "х", []),
    ('<a href="tg://user?id=5">х</a>', "х", [Entity("text_mention", 0, 1, user_id=5)]),
    ('<tg-emoji emoji-id="53">👍</tg-emoji>', "👍", [Entity("custom_emoji", 0, 2, custom_emoji_id="53")]),
]
BROKEN = [
    ("<b>", 'Can\'t find end tag corresponding to start tag "b"'),
    ("</b>", "Unexpected end tag at byte offset 0"),
    ("я<p>", 'Unsupported start tag "p" at byte offset 2'),
    ("<b", "Unclosed start tag at byte offset 0"),
    ("<b>х</b", "Unclosed end tag at byte offset 5"),
    ("<a href=>х</a>", None),
    ("<a href=http://x.ru>х</a>", "Unexpected end of name token at byte offset 8"),
    ("<a href='x.ru>х</a>", "Unclosed start tag at byte offset 0"),
    ("<a 'x'>х</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<span>х</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<tg-emoji>х</tg-emoji>", "Invalid custom emoji identifier specified"),
    ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
]


@pytest.mark.parametrize(("source", "text", "entities"), PARSED)
def test_what_telegram_takes(source: str, text: str, entities: list[Entity]) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(("source", "words"), [pair for pair in BROKEN if pair[1] is not None])
def test_what_telegram_does_not_take(source: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


FOUND = [
    ("см. example.com.", [("url", "example.com")]),
    ("см. https://внутри.рф/путь?a=(1), да", [("url", "https://внутри.рф/путь?a=(1)")]),
    ("(example.com/a)", [("url", "example.com/a")]),
    ("почта a.b@example.com", [("email", "a.b@example.com")]),
    ("ул.Мира, д.5, кв.7 т.е. 3.5 или 1.12.2025", []),
    ("tg://resolve?domain=x", [("url", "tg://resolve?domain=x")]),
    ("@anna, я@anna @a", [("mention", "@anna")]),
    ("/start@bot а/b http://x.ru/y", [("bot_command", "/start@bot"), ("url", "http://x.ru/y")]),
    ("#вода #2025 а#б", [("hashtag", "#вода")]),
    ("192.168.0.1:80/x 300.1.1.1", [("url", "192.168.0.1:80/x")]),
    ("http://localhost http://x.unknownending", [("url", "http://x.unknownending")]),
    ("@\u2060anna example\u2060.com", []),
    ("$USD и +7 (999) 123-45-67", [("cashtag", "$USD"), ("phone_number", "+7 (999) 123-45-67")]),
]


@pytest.mark.parametrize(("text", "found"), FOUND)
def test_what_telegram_finds_in_plain_text(text: str, found: list[tuple[str, str]]) -> None:
    assert [(e.type, cut(text, e)) for e in find_entities(text)] == found


SETTLED = [
    ("  <b> х </b>\n", "х", [("bold", "х")]),
    ("a\tb\r\n\u202ec", "a b\nc", []),
    ("<code>@anna example.com</code>", "@anna example.com", [("code", "@anna example.com")]),
    ("<b>@anna</b>", "@anna", [("bold", "@anna"), ("mention", "@anna")]),
    ("<b>а <code>б</code> в</b>", "а б в", [("bold", "а "), ("code", "б"), ("bold", " в")]),
    ("<b><b>а</b>б</b>", "аб", [("bold", "аб")]),
    ('<a href="x.ru">y.ru</a>', "y.ru", [("text_link", "y.ru")]),
]


@pytest.mark.parametrize(("source", "text", "found"), SETTLED)
def test_what_stands_in_the_chat(source: str, text: str, found: list[tuple[str, str]]) -> None:
    settled, entities = settle(*parse_html(source))
    assert (settled, [(e.type, cut(settled, e)) for e in entities]) == (text, found)


letters = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8)
tags = st.sampled_from(["b", "i", "u", "s", "del", "tg-spoiler", "blockquote"])


@st.composite
def marked_up(draw: st.DrawFn, depth: int = 2) -> tuple[str, str, list[tuple[str, str]]]:
    """HTML, the text it stands for, and (type, covered text) of every tag in it."""
    source, text, covered = "", "", []
    for _ in range(draw(st.integers(1, 3))):
        if depth and draw(st.booleans()):
            tag = draw(tags)
            inner, inner_text, inner_covered = draw(marked_up(depth - 1))
            source, text = source + f"<{tag}>{inner}</{tag}>", text + inner_text
            covered += [(TAG_TYPES[tag], inner_text), *inner_covered]
        else:
            plain = draw(letters)
            source, text = source + escape(plain), text + plain
    return source.replace("&#x27;", "'"), text, covered


@given(marked_up())
@settings(max_examples=60)
def test_entities_cover_in_utf16_what_the_tags_covered(
    case: tuple[str, str, list[tuple[str, str]]],
) -> None:
    source, text, covered = case
    parsed, entities = parse_html(source)
    assert parsed == text
    assert sorted((e.type, cut(parsed, e)) for e in entities) == sorted(covered)


@given(st.text(max_size=60))
@settings(max_examples=100)
def test_escaped_text_comes_back_whole_and_its_entities_lie_inside(text: str) -> None:
    clean = "".join(letter for letter in text if not "\ud800" <= letter <= "\udfff")
    parsed, entities = parse_html(escape(clean, quote=False))
    assert (parsed, entities) == (clean, [])
    settled, found = settle(parsed)
    assert all(0 <= e.offset < e.end <= utf16_length(settled) for e in found)
    assert all(a.end <= b.offset for a, b in pairwise(found))


@given(st.text(alphabet="<>/&;#b\"'= aя", max_size=24))
@settings(max_examples=150)
def test_rubbish_is_read_or_refused(source: str) -> None:
    text, entities = parsed_or_refused(source)
    assert all(0 <= e.offset < e.end <= utf16_length(text) for e in entities)


def parsed_or_refused(source: str) -> tuple[str, list[Entity]]:
    """What the parser makes of rubbish; a Refusal is a good answer too, any other exception is not."""
    try:
        return parse_html(source)
    except Refusal:
        return "", []
