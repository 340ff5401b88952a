"""The buttons «Помогло» / «Не помогло» under our question to a citizen. Whether the sender may press them is checked
when the wish is carried out."""

from __future__ import annotations

from handlers.callbacks import Callback, Verb
from handlers.view import View
from handlers.wishes import AuthorSays, Toast, Wish

VERBS = frozenset({Verb.HELPED})
YES, NO = "yes", "no"


def pressed(callback: Callback, view: View) -> list[Wish]:
    if callback.argument not in (YES, NO):
        return [Toast("unknown_button")]
    return [AuthorSays(callback.subject, callback.argument == YES)]
