"""Judges how people write: finds obscenity, insults, threats and advertising in a text, with the deciding words.

A hint for a person, never more: nothing here deletes, hides or sends anything, and results are kept in memory only. The
word lists are in `lexicon/*.yaml`; criticism of an office, however harsh, is no ground.
"""

from config.russian.judging.verdict import Ground, Kind, Verdict, advertisement, judge

__all__ = ["Ground", "Kind", "Verdict", "advertisement", "judge"]
