"""What MAX accepts as a post in the office's channel: one message with pictures, or with one document alone. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.max.manners import TEXT_UNITS
from config.russian.words import posted, units
from networks import port
from networks.port import PostLimits

LIMITS = PostLimits(text=TEXT_UNITS, text_with_files=TEXT_UNITS, pictures=12, documents=1)


def problems(text: str, files: Sequence[port.OutFile]) -> list[str]:
    """The reasons, in Russian for the editor, why MAX would refuse the post; empty if it would not."""
    size = units(posted(text))
    if not size and not files:
        return ["Запись пустая: нужен текст или картинка."]
    pictures = sum(file.mime.startswith(("image/", "video/")) for file in files)
    found = []
    if size > LIMITS.text:
        found.append(f"MAX берёт до {LIMITS.text} знаков, здесь {size}: сократите на {size - LIMITS.text}.")
    if pictures > LIMITS.pictures:
        found.append(f"MAX берёт к записи картинок и видео не больше {LIMITS.pictures}, здесь {pictures}.")
    if pictures < len(files) and len(files) > LIMITS.documents:
        found.append("Документ в записи MAX берёт только один и без картинок: оставьте что-нибудь одно.")
    return found
