"""Hostile texts, pages and sheets, made by dice out of what repeats, nests and never ends."""

from __future__ import annotations

import io
import random
import zipfile

from tests.rules.test_linear_time import FOUND_SLOW, PLAIN

LONGEST = 4096
"""Letters of a message; a comment of VK may be four times as long."""
TAGS = (
    "a",
    "b",
    "p",
    "div",
    "table",
    "tr",
    "td",
    "script",
    "style",
    "textarea",
    "svg",
    "![CDATA[",
    "!--",
    "?xml",
    "plaintext",
)
WORDS = "На Школьной третий день нет воды"
HEADER = "ID;Дата;Текст сообщения;Ссылка;Статус"


def text(dice: random.Random, longest: int = LONGEST) -> str:
    """One piece, or some in turn, over and over, between a beginning and an end that matter."""
    begun, repeated, ended = dice.choice([(row[1], row[2], row[3]) for row in FOUND_SLOW.values()])
    pieces = [repeated, *dice.choices(PLAIN, k=dice.randint(0, 3))]
    dice.shuffle(pieces)
    whole = "".join(pieces) * (longest // max(1, sum(map(len, pieces))))
    return f"{begun}{whole[: longest - 200]}{ended} {WORDS}"[:longest]


def page(dice: random.Random, size: int = 200_000) -> bytes:
    """Tags in tags that nobody closes, attributes without end, entities, bytes of no encoding."""
    pieces = []
    for _ in range(dice.randint(1, 4)):
        tag = dice.choice(TAGS)
        piece = dice.choice(
            (f"<{tag}>", f"</{tag}>", f"<{tag} ", f"<{tag} a='", f"&{tag};", "&#xD800;", "\0", "]]>", "<")
        )
        pieces.append(piece * (size // (4 * len(piece))))
    dice.shuffle(pieces)
    return f"<p>{WORDS}{''.join(pieces)}<p>{WORDS}".encode() + dice.randbytes(dice.choice((0, 100)))


def sheet(dice: random.Random) -> bytes:
    """An export that is none: too wide, too long, quotes that never end, an archive that unpacks to much."""
    kind = dice.randrange(6)
    if kind == 0:
        return (HEADER + "\n" + ";" * 2_000_000).encode()
    if kind == 1:
        return (HEADER + "\n" + ";;;;\n" * 300_000).encode()
    if kind == 2:
        return (HEADER + '\n1;12.01.2026;"' + WORDS * 20_000).encode()
    if kind == 3:
        return (HEADER + "\n" + "\n".join(f"{n};12.01.2026;{text(dice, 300)};;" for n in range(500))).encode(
            errors="replace"
        )
    if kind == 4:
        return _book(f"<row>{'<c/>' * 500_000}</row>")
    return _book("<row/>" * 1_000_000)


_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'


def _book(rows: str) -> bytes:
    """A workbook with one sheet of these rows."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": _RELATIONS
        + f'<Relationship Id="rId1" Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {space} xmlns:r="{related}"><sheets>'
        '<sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _RELATIONS
        + f'<Relationship Id="rId1" Type="{related}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()
