"""Callback data of a button: a verb, the case and the verb's argument, within the messenger's 64 bytes.

`fw:17:zhkh` forwards case 17, `ap:17:2.final` approves its second version as a final answer, `mn:17:departments` opens
a menu, `at:17:mark_significant` is the action of that name (a command of `workflow.commands.PRESSED`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LIMIT = 64
NUMBER = re.compile(r"-?[0-9]{1,18}")
"""Accept only ASCII digits that fit a database integer: a modified client can send any data with a button."""


class Verb(StrEnum):
    FORWARD = "fw"
    ACCEPT = "ac"
    RETURN = "rt"
    RETURN_REASON = "rr"
    APPROVE = "ap"
    SEND_BACK = "sb"
    UNDO = "un"
    TAKE_BACK = "tb"
    WITHOUT_FILES = "wf"
    RECALL = "rc"
    CLOSE = "cl"
    NOT_PROCESS = "np"
    REOPEN = "ro"
    IMPORTANCE = "im"
    TOPIC = "tp"
    LOCATION = "lo"
    SOURCE = "so"
    RETRY = "ry"
    POSTED = "pd"
    POST_AGAIN = "pt"
    MENU = "mn"
    YES = "ys"
    NO = "no"
    GROUP_YES = "gy"
    BIND_YES = "by"
    BIND_NO = "bn"
    NEW_CASE_YES = "ny"
    SEEN = "sn"
    PICK = "pk"
    FORWARD_PICKED = "fp"
    PASS_ON = "ps"  # noqa: S105
    SEND_BACK_PART = "sc"
    KIND = "kd"
    INTERIM = "in"
    AUTHOR_SAID = "as"
    OWN_TERM = "ot"
    ANNUL = "an"
    STRIKE = "sk"
    ACT = "at"
    REPEAT = "rp"
    MERGE = "mg"
    SPLIT = "sp"
    END_ABSENCE = "ea"
    WHY = "wy"
    BEGIN_DRAFT = "bd"
    BASIS = "bs"
    READY_KEEP = "rk"
    READY = "ra"
    TAKE_UP = "tu"
    SHOW = "sh"
    FORWARD_WAVE = "wa"
    GATHER_WAVE = "gw"
    FORWARD_GUESSED = "fg"
    LEAF = "lf"
    CASE = "cs"
    CASE_AT_HAND = "ch"
    FILE = "fl"
    REPORT = "re"
    LATER = "lt"
    HEAR = "hr"
    OFFICIAL_PAGE = "pg"
    PAGE_ITEM = "pi"
    PAGE_ACT = "pa"
    PAGE_NEW = "pn"
    COMMENT = "cm"
    MODERATE = "mo"
    MATERIAL = "mt"
    MATERIAL_ACT = "ma"
    MATERIAL_NEW = "mw"
    MATERIAL_PAGE = "mp"
    PLAN = "pl"
    SHORTCOMING = "sm"
    PRACTICE = "pr"
    HELPED = "hl"
    MARK = "mk"


_VERBS = {verb.value: verb for verb in Verb}

ABOUT_QUESTIONS = frozenset(
    {Verb.RETURN_REASON, Verb.YES, Verb.NO, Verb.BIND_YES, Verb.BIND_NO, Verb.GROUP_YES, Verb.NEW_CASE_YES}
)
"""Verbs whose buttons carry a question's id instead of a case's."""


@dataclass(frozen=True, slots=True)
class Callback:
    """The parsed data of a button. `subject`: the id of a case; of a question for the verbs of `ABOUT_QUESTIONS`; for
    the verbs of other doors the number of their own subject."""

    verb: Verb
    subject: int
    argument: str = ""

    def pack(self) -> str:
        data = f"{self.verb}:{self.subject}:{self.argument}" if self.argument else f"{self.verb}:{self.subject}"
        if len(data.encode()) > LIMIT:
            raise ValueError(f"a button may carry {LIMIT} bytes: {data!r}")
        return data

    @staticmethod
    def parse(data: str) -> Callback | None:
        """Parse the callback data of a button; None if it has an unknown verb or no valid number (this bot did not make
        it)."""
        verb, _, rest = data.partition(":")
        subject, _, argument = rest.partition(":")
        if verb not in _VERBS or NUMBER.fullmatch(subject) is None:
            return None
        return Callback(_VERBS[verb], int(subject), argument)
