"""The files attached to messages, by their ids on the page. Only pictures are shown inline.

Any other file is served as a download, so that an uploaded HTML page or drawing never runs here.
"""

from dataclasses import dataclass
from hashlib import sha256

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def picture_type(data: bytes) -> str | None:
    """Return the content type of a picture that a browser may show, judged by its first bytes; None for everything
    else.
    """
    for magic, content_type in _MAGIC:
        if data.startswith(magic):
            return content_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


@dataclass(frozen=True)
class Kept:
    """A file as the page serves it. `content_type`: that of a picture, or application/octet-stream."""

    data: bytes
    name: str
    content_type: str

    @property
    def is_picture(self) -> bool:
        """Whether the file is a picture, which may be shown inline."""
        return self.content_type.startswith("image/")


class Shelf:
    """Stores files by id; the same file put again keeps its id."""

    def __init__(self) -> None:
        self._files: dict[str, Kept] = {}
        self._ids: dict[tuple[str, str], str] = {}

    def put(self, world: str, ref: str, data: bytes, name: str) -> str:
        """Store the file with the id `ref` in the simulation `world`, and return its id on the page."""
        known = self._ids.get((world, ref))
        if known is not None:
            return known
        file_id = sha256(f"{world}\0{ref}".encode()).hexdigest()[:24]
        self._ids[world, ref] = file_id
        self._files[file_id] = Kept(data, name or "file", picture_type(data) or "application/octet-stream")
        return file_id

    def get(self, file_id: str) -> Kept | None:
        """Return the file with this id on the page; None if there is none."""
        return self._files.get(file_id)
