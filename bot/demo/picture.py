"""Draws photographs for the play, so that the demo contains no picture of a real place or person."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 480, 320
HORIZON = 190

Colour = tuple[int, int, int]


def photo(shade: int) -> bytes:
    """A PNG of a street with a house, a dug-up pavement and a pipe; `shade`, 0 to 255, goes from morning to evening
    light."""
    rows = b"".join(b"\x00" + _row(y, shade) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _row(y: int, shade: int) -> bytes:
    """One row of pixels, left to right; farther things are painted first."""
    left = shade % 120
    if y < HORIZON:
        line = bytearray(bytes(_mixed((150, 190, 220), (235, 225, 205), y / HORIZON, shade)) * WIDTH)
    else:
        line = bytearray(
            bytes(_mixed((128, 132, 128), (96, 98, 96), (y - HORIZON) / (HEIGHT - HORIZON), shade)) * WIDTH
        )
    _house(line, y, 40 + left, shade)
    if 232 <= y < 284:
        _paint(line, 150 + left // 2 - y // 8, 410 + left // 2 - y // 8, _lit((112, 84, 58), shade))
    if 250 <= y < 262:
        _paint(line, 130 + left // 2, 392 + left // 2, _lit((64, 92, 112) if y < 258 else (46, 68, 84), shade))
    if 214 <= y < 222:
        for start in range(120, 440, 40):
            _paint(line, start, start + 20, _lit((206, 74, 56), shade))
            _paint(line, start + 20, start + 40, _lit((236, 232, 224), shade))
    return bytes(line)


def _house(line: bytearray, y: int, left: int, shade: int) -> None:
    if 70 <= y < 105:
        _paint(line, left + 105 - y, left + 135 + y, _lit((142, 72, 58), shade))
    elif 105 <= y < HORIZON + 8:
        _paint(line, left + 10, left + 230, _lit((222, 206, 176), shade))
        if 125 <= y < 160:
            for start in (left + 35, left + 100, left + 165):
                _paint(line, start, start + 38, _lit((92, 122, 140), shade))


def _paint(line: bytearray, left: int, right: int, colour: Colour) -> None:
    left, right = max(0, left), min(WIDTH, right)
    if left < right:
        line[left * 3 : right * 3] = bytes(colour) * (right - left)


def _mixed(first: Colour, second: Colour, share: float, shade: int) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return _lit((red, green, blue), shade)


def _lit(colour: Colour, shade: int) -> Colour:
    """The colour in this light: warmer and darker as `shade` approaches 255."""
    evening = max(0, min(255, shade)) / 255
    red, green, blue = colour
    return round(red * (1 - 0.08 * evening)), round(green * (1 - 0.2 * evening)), round(blue * (1 - 0.34 * evening))
