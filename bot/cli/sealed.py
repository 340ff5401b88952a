"""Encrypted backups: age, for the recipient's public key in the settings. The private key that opens them is kept on
another machine."""

from __future__ import annotations

import os
from pathlib import Path

import pyrage

from bot.cli.mistake import Mistake
from storage import private

SEALED = b"age-encryption.org/"
"""The first bytes of a file encrypted with age."""
COMMENT = "# Ключ, которым открываются копии бота. Храните его не на этой машине; без него копию не открыть никому."


def make_key(file: Path) -> str:
    """Write a new private key into a file that only its owner can read; return the public key (recipient) for the
    settings. Raises Mistake if the file exists; raises OSError if it cannot be written."""
    identity = pyrage.x25519.Identity.generate()
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, private.ONLY_OWNER)
    except FileExistsError:
        raise Mistake(f"{file} уже есть; назовите другой файл") from None
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(f"{COMMENT}\n# {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def seal(file: Path, recipient: str) -> Path:
    """Encrypt the file for the recipient; return the path of the encrypted copy beside it."""
    sealed = file.with_name(f"{file.name}.age")
    pyrage.encrypt_file(str(file), str(sealed), [pyrage.x25519.Recipient.from_str(recipient)])
    return sealed


def is_sealed(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(SEALED)) == SEALED
    except OSError:
        return False  # whoever opens the archive next reports the error


def opened(file: Path, scratch: Path, identity: Path | None) -> Path:
    """The unencrypted archive: the file itself, or a decrypted copy in `scratch` if it is encrypted. Raises Mistake if
    the key is missing or does not open it."""
    if not is_sealed(file):
        return file
    if identity is None:
        raise Mistake(f"{file}: копия зашифрована; назовите файл с ключом: --identity FILE")
    archive = scratch / "opened.zip"
    private.begin(archive)
    try:
        pyrage.decrypt_file(str(file), str(archive), [_identity(identity)])
    except (pyrage.DecryptError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise Mistake(f"{file}: этим ключом не открывается, или копия повреждена") from None
    return archive


def _identity(file: Path) -> pyrage.x25519.Identity:
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        return pyrage.x25519.Identity.from_str(next(line for line in lines if line and not line.startswith("#")))
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError):
        raise Mistake(f"{file}: ключа здесь нет; нужен файл, который записала команда backup-key") from None
