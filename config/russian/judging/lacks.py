"""What a draft of an answer may lack: the codes of the hints.

They are apart from `answers.py`, so that a regulation's file can name them without the rules that find them.
"""

from enum import StrEnum


class Lack(StrEnum):
    NOTHING = "nothing"
    PASSED_ON = "passed_on"
    UNANSWERED = "unanswered"
    ASKS = "asks"
    OFFICIALESE = "officialese"
    PERSONAL = "personal"
    PAST_DATE = "past_date"
    NO_DEED = "no_deed"
