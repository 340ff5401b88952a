"""The store of files is the bot's alone."""

from __future__ import annotations

from pathlib import Path

from bot.files import FileStore


async def test_the_folders_of_files_are_the_bots_alone_also_where_they_already_were(tmp_path: Path) -> None:
    above = tmp_path / "files"
    (above / "okrug").mkdir(parents=True, mode=0o755)
    key = await FileStore(above / "okrug").keep(b"photo")
    folders = (above, above / "okrug", above / "okrug" / key[:2])
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700] * 3
    assert FileStore(above / "okrug").path(key).read_bytes() == b"photo"
