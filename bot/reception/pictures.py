"""Remove from pictures what cameras write into them: the place, the moment, the owner's name, a preview of the
uncropped picture.

A picture is first turned upright as its camera says. Only a turned one is encoded anew; from the others the data are
cut out, and no pixel changes. Handles JPEG, PNG and WebP, recognised by their contents. Runs in the child process
(0025).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping

from networks.apart import NotWorkedOut

JPEG, PNG, WEBP = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF"
ORIENTATION = 0x0112
QUALITY = 92
MOST_PIXELS = 100_000_000
SOS, EOI = 0xDA, 0xD9
KEPT_APPS = {0xE0: b"", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Application segments of a JPEG that are needed to show the picture, by how they begin: JFIF, the colour profile,
Adobe's transform."""
TOLD_CHUNKS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})
ABOUT = frozenset({b"EXIF", b"XMP "})


async def here(content: bytes, facts: Mapping[str, object]) -> object:
    """Remove a picture's data in this process, for stories and tests. A broken picture is answered as the child would
    answer it."""
    try:
        return bare(content, facts)
    except Exception as error:
        return NotWorkedOut(passing=False, detail=type(error).__name__)


def is_picture(content: bytes) -> bool:
    """Whether the bytes begin like a picture from which we can remove the data."""
    return content.startswith((JPEG, PNG)) or (content.startswith(WEBP) and content[8:12] == b"WEBP")


def bare(content: bytes, facts: Mapping[str, object]) -> str:
    """Return the picture, turned upright and without data about it, in base64; "" if there was nothing to do. Raises
    whatever its reader raises for a broken picture."""
    turned = _turned(content)
    made = _stripped(turned or content)
    return base64.b64encode(made).decode() if made != content else ""


def of_answer(answer: object, content: bytes) -> bytes:
    """Return the picture from the child's answer. If the child could not read it, its data are removed without turning
    it, if possible; else it is returned as it was."""
    if isinstance(answer, str):
        return base64.b64decode(answer) if answer else content
    assert isinstance(answer, NotWorkedOut)
    try:
        return _stripped(content)
    except (ValueError, IndexError):
        return content


def _turned(content: bytes) -> bytes | None:
    """Return the picture encoded anew, upright; None if it is upright already."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses twice as many
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
        if image.getexif().get(ORIENTATION, 1) == 1:
            return None
        upright, made = ImageOps.exif_transpose(image), io.BytesIO()
        how = {"icc_profile": image.info["icc_profile"]} if image.info.get("icc_profile") else {}
        kind = "JPEG" if image.format == "MPO" else image.format
        upright.save(made, kind, quality=QUALITY, **how)
        return made.getvalue()


def _stripped(content: bytes) -> bytes:
    """Return the picture without data about it. ValueError or IndexError for a broken one."""
    if content.startswith(JPEG):
        return b"".join(_of_jpeg(content))
    if content.startswith(PNG):
        return PNG + b"".join(_of_png(content))
    kept = b"".join(_of_webp(content))
    return WEBP + (len(kept) + 4).to_bytes(4, "little") + b"WEBP" + kept


def _of_jpeg(content: bytes) -> Iterator[bytes]:
    """Yield the segments to keep, up to the end of the first picture: behind it stands a preview or another picture."""
    yield content[:2]
    at = 2
    while at < len(content):
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker in (0xFF, EOI):
            if marker == EOI:
                yield content[at : at + 2]
                return
            at += 1
            continue
        size = int.from_bytes(content[at + 2 : at + 4], "big")
        if size < 2:
            raise ValueError("no segment")
        segment = content[at : at + 2 + size]
        at += 2 + size
        if marker == SOS:
            end = _end_of_scan(content, at)
            yield segment + content[at:end]
            at = end
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE) or _shows(marker, segment):
            yield segment


def _shows(marker: int, segment: bytes) -> bool:
    return marker in KEPT_APPS and segment[4:].startswith(KEPT_APPS[marker])


def _end_of_scan(content: bytes, at: int) -> int:
    """Return where the scan (the compressed image data) ends and the next marker begins."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
            at += 2
        else:
            return at
    return len(content)


def _of_png(content: bytes) -> Iterator[bytes]:
    at = len(PNG)
    while at + 12 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if kind not in TOLD_CHUNKS:
            yield content[at : at + 12 + size]
        at += 12 + size
        if kind == b"IEND":
            return


def _of_webp(content: bytes) -> Iterator[bytes]:
    at = 12
    while at + 8 <= len(content):
        kind, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        chunk = content[at : at + 8 + size + size % 2]
        if kind == b"VP8X":
            yield chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        elif kind not in ABOUT:
            yield chunk
        at += 8 + size + size % 2
