"""Split a letter (queued message) into pieces, each sent with one call to the messenger. Pure.

The messenger decides how long a message and how large an album may be. The same letter is always split the same way, so
the number of pieces sent (`Letter.progress`) is enough to resume an interrupted try.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from bot.delivery.parts import albums, split
from bot.delivery.ports import Show
from bot.messenger import Address, Albums, Manners, OutFile, Rejected, Screen, Sending, Size, Unknown
from workflow.ports import Letter


@dataclass(frozen=True, slots=True)
class Text:
    """One text message. `is_head`: the last part of the letter's main text, which carries its buttons. `is_bare`:
    people copy it whole, so no repeat mark may be put into it."""

    screen: Screen
    kind: str | None
    is_head: bool = False
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Album:
    files: tuple[OutFile, ...]
    kind: str | None


Piece = Text | Album


def pieces(show: Show, manners: Manners, screen_at: int | None = None) -> list[Piece]:
    """Return the messages to send: the main text with its buttons (the screen), then its files. If the screen decides
    about a bare text, the text and the files come first, so that the buttons stand under what they decide; `screen_at`
    moves the screen up to this place. Only the screen makes a sound."""
    own = show.kind
    whole = split(show.screen.text, manners.size)
    plain = replace(show.screen, buttons=(), asks=False)
    found: list[Piece] = [Text(replace(plain, text=part), own) for part in whole[:-1]]
    found.append(Text(replace(show.screen, text=whole[-1]), own, is_head=True))
    pictures = [Album(group, own and f"{own}_files") for group in albums(show.files, manners.albums)]
    if show.bare is None:
        return [*found, *pictures]
    bare = split(show.bare, manners.size) if show.bare else []
    texts = [Text(Screen(part, silent=True), own and f"{own}_text", is_bare=True) for part in bare]
    above: list[Piece] = [*texts, *pictures]
    return [*above[:screen_at], *found, *above[len(above) if screen_at is None else screen_at :]]


def marked(piece: Piece, mark: str, size: Size) -> Piece | None:
    """Return the piece with the repeat mark above its text; None if the mark must be a message of its own."""
    if isinstance(piece, Album) or piece.is_bare:
        return None
    screen = replace(piece.screen, text=f"{mark}\n{piece.screen.text}")
    return replace(piece, screen=screen) if fits_one_message(screen, size) else None


def weight(piece: Piece, rule: Albums) -> int:
    """Return how many messages the piece counts for in the messenger's limits."""
    return len(piece.files) if isinstance(piece, Album) and rule.each_counts else 1


def fits_one_message(screen: Screen, size: Size) -> bool:
    return len(split(screen.text, size)) == 1


def digest(screen: Screen) -> str:
    """Return a hash of the message's text and buttons, equal for two that look the same; stored as `Known.shown`."""
    look = json.dumps([screen.text, asdict(screen)["buttons"]], ensure_ascii=False)
    return hashlib.sha256(look.encode()).hexdigest()


IN_VAIN = 2
"""After so many tries with an unknown outcome, the buttons no longer wait for the files that should stand above them.
"""


def held_up(outcome: Sending, parcel: Sequence[Piece], number: int, doubts: int, *, moved: bool) -> bool:
    """Whether the message with the buttons waits behind a piece that cannot be sent: it was refused, or its files were
    tried in vain `IN_VAIN` times. `doubts`: tries with an unknown outcome; `moved`: the buttons were put above it
    already."""
    tried = isinstance(parcel[number], Album) and doubts >= IN_VAIN
    in_vain = isinstance(outcome, Rejected) or (isinstance(outcome, Unknown) and tried)
    waits = any(isinstance(piece, Text) and piece.is_head for piece in parcel[number + 1 :])
    return in_vain and waits and not moved


def above(letter: Letter) -> Address | None:
    """Return the address of the letter's text message that was sent last; None if none was."""
    return Address(*map(int, sent)) if (sent := letter.body.get("above")) else None
