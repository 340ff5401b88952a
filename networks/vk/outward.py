"""Prepare texts for VK: disable mentions and check limits.

VK turns `[id1|name]`, `@name` and `*name` into mentions and notifies people. Texts of citizens and departments must not
do that: an invisible word joiner after the sign breaks the markup and keeps the look. E-mail addresses stay
unchanged.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

from networks.port import Kind, OutFile

JOINER = "\u2060"
COMMENT_LIMIT = 16384
MESSAGE_LIMIT = 9000
FILES_LIMIT = 10
MEGABYTE = 1024 * 1024
FILE_LIMIT = 200 * MEGABYTE
OWN_HOSTS = frozenset(("vk.com", "vk.ru", "m.vk.com", "m.vk.ru", "vkvideo.ru"))
SHORTENERS = frozenset(("bit.ly", "clck.ru", "goo.gl", "t.ly", "tinyurl.com", "u.to", "is.gd", "cutt.ly"))
FORBIDDEN_FILES = frozenset(("exe", "bat", "cmd", "com", "js", "apk", "msi", "scr"))
_EMAIL = r"[A-Za-z0-9](?:[A-Za-z0-9._%+\-]{0,62}[A-Za-z0-9])?@[A-Za-z0-9\-]++(?:\.[A-Za-z0-9\-]++)++"
_LINK = re.compile(r"https?://(?P<host>[^\s/:?#]+)", re.IGNORECASE)
_MARKUP = re.compile(rf"(?P<email>{_EMAIL})|(?P<sign>[@*](?=[A-Za-z_])|\[(?!{JOINER})(?=[^\[\]]*\|))")


def escape(text: str) -> str:
    """The text with VK's mentions disabled by invisible characters, looking the same; repeating it changes nothing."""
    return _MARKUP.sub(lambda m: m["email"] or str(m["sign"]) + JOINER, text.replace("\r\n", "\n")).strip()


def same_text(ours: str, theirs: str) -> bool:
    """Whether VK's text `theirs` equals ours, ignoring entities, invisible characters and whitespace."""
    return _bare(ours) == _bare(theirs)


def _bare(text: str) -> str:
    visible = (c for c in html.unescape(text) if unicodedata.category(c) != "Cf")
    return " ".join("".join(visible).split())


def length(text: str) -> int:
    """The text's length as VK may count it: a character outside the basic plane counts as two."""
    return len(text.encode("utf-16-le")) // 2


def limits(text: str, kind: Kind = "comment", files: Sequence[OutFile] = ()) -> list[str]:
    """The reasons, worded for the curator, why VK would or may reject the answer; empty if it is fine."""
    return refused(text, kind, files) + doubtful_links(text, kind)


def too_long(text: str, kind: Kind = "comment") -> str:
    """By how many characters the text exceeds VK's limit for this kind, in words; "" if it fits."""
    size, most = length(escape(text)), MESSAGE_LIMIT if kind == "message" else COMMENT_LIMIT
    return f"ВКонтакте берёт до {most} знаков, здесь {size}: сократите на {size - most}." if size > most else ""


def refused(text: str, kind: Kind = "comment", files: Sequence[OutFile] = ()) -> list[str]:
    """The reasons, worded for the curator, why VK would certainly reject the answer; empty if there are none."""
    problems = [over] if (over := too_long(text, kind)) else []
    if not _bare(text) and not files:
        problems.append("Ответ пустой: нужен текст или файл.")
    if len(files) > FILES_LIMIT:
        problems.append(f"ВКонтакте берёт файлов не больше {FILES_LIMIT}, здесь {len(files)}.")
    for file in files:
        if file.name.rsplit(".", 1)[-1].lower() in FORBIDDEN_FILES:
            problems.append(f"Файл «{file.name}» ВКонтакте не возьмёт: такой вид файлов там запрещён.")
        if _size(file) > FILE_LIMIT:
            problems.append(f"Файл «{file.name}» больше {FILE_LIMIT // MEGABYTE} МБ: ВКонтакте его не возьмёт.")
    return problems


def doubtful_links(text: str, kind: Kind) -> list[str]:
    """Warnings for the curator about links: VK rejects comments with links in some communities (error 222), and
    shortened links everywhere. Empty if there is no such link."""
    hosts = sorted({match["host"].lower().removeprefix("www.") for match in _LINK.finditer(text)} - OWN_HOSTS)
    short = [host for host in hosts if host in SHORTENERS]
    if short:
        return [f"Короткие ссылки ({', '.join(short)}) ВКонтакте не пропускает: дайте полный адрес."]
    if hosts and kind != "message":
        return [f"Ссылку ({', '.join(hosts)}) ВКонтакте может не пропустить в комментарии: можно назвать сайт словами."]
    return []


def _size(file: OutFile) -> int:
    """The file's size in bytes; 0 if the file cannot be read now."""
    if isinstance(file.content, bytes):
        return len(file.content)
    try:
        return file.content.stat().st_size
    except OSError:
        return 0
