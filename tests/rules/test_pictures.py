"""Pictures on receipt: turned as the camera says, then without a byte of what the camera wrote."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from bot.reception.pictures import bare, is_picture, of_answer
from networks.apart import NotWorkedOut

SECRET = b"55.7558N"
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def picture(kind: str, turned: int = 1, *, told: bool = True) -> bytes:
    """Red on the left, blue on the right, twice as wide as high, as the camera held it."""
    image = Image.new("RGB", (64, 32), "blue")
    image.paste("red", (0, 0, 32, 32))
    made, how = io.BytesIO(), dict[str, Any]()
    exif = Image.Exif()
    if told:
        exif[MAKE] = SECRET.decode()
        exif.get_ifd(GPS)[1] = "N"
        how |= {"xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"} if kind in ("JPEG", "WEBP") else {}
    if turned != 1:
        exif[ORIENTATION] = turned
    how |= {"exif": exif} if told or turned != 1 else {}
    how |= {"comment": SECRET} if kind == "JPEG" and told else {}
    image.save(made, kind, quality=95, **how)
    return made.getvalue()


def kept(content: bytes) -> bytes:
    assert is_picture(content)
    return of_answer(bare(content, {}), content)


def colours(content: bytes) -> tuple[tuple[int, int], list[str]]:
    """The size, and what is at the four corners."""
    with Image.open(io.BytesIO(content)) as image:
        shown = image.convert("RGB")
        width, height = shown.size
        corners = [shown.getpixel(at) for at in ((2, 2), (width - 3, 2), (2, height - 3), (width - 3, height - 3))]
        return shown.size, ["red" if one[0] > one[2] else "blue" for one in corners]  # type: ignore[index]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_the_camera_is_left_and_no_pixel_changes(kind: str) -> None:
    sent = picture(kind)
    assert SECRET in sent
    found = kept(sent)
    assert SECRET not in found
    with Image.open(io.BytesIO(found)) as image, Image.open(io.BytesIO(sent)) as before:
        assert (dict(image.getexif()), image.tobytes(), image.format) == ({}, before.tobytes(), kind)
        assert not {"exif", "xmp", "comment"} & image.info.keys()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("turned", "size", "corners"),
    [
        (3, (64, 32), ["blue", "red", "blue", "red"]),
        (6, (32, 64), ["red", "red", "blue", "blue"]),
        (8, (32, 64), ["blue", "blue", "red", "red"]),
        (2, (64, 32), ["blue", "red", "blue", "red"]),
    ],
)
def test_a_picture_held_sideways_is_turned_first(
    kind: str, turned: int, size: tuple[int, int], corners: list[str]
) -> None:
    found = kept(picture(kind, turned))
    assert (colours(found), SECRET in found) == ((size, corners), False)
    with Image.open(io.BytesIO(found)) as image:
        assert dict(image.getexif()) == {}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_without_data_is_kept_byte_for_byte(kind: str) -> None:
    sent = picture(kind, told=False)
    assert kept(sent) == sent


def test_what_stands_behind_a_jpeg_goes_too() -> None:
    assert kept(picture("JPEG", told=False) + picture("JPEG")) == picture("JPEG", told=False)


def test_a_colour_profile_stays() -> None:
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, "JPEG", icc_profile=b"profile", comment=SECRET)
    with Image.open(io.BytesIO(kept(made.getvalue()))) as image:
        assert image.info["icc_profile"] == b"profile"


def test_one_that_its_reader_could_not_read_is_stripped_all_the_same() -> None:
    torn = picture("JPEG", 6)[:-200]
    assert SECRET not in of_answer(NotWorkedOut(False, "died"), torn)
    assert of_answer(NotWorkedOut(True, "no turn"), b"\xff\xd8\xff") == b"\xff\xd8\xff"


def test_what_is_no_picture_is_not_looked_into() -> None:
    assert [is_picture(one) for one in (b"", b"%PDF-1.7", b"RIFF0000WAVE", b"GIF89a")] == [False] * 4
    assert base64.b64decode(bare(picture("PNG"), {})).startswith(b"\x89PNG")
