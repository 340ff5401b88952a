"""How people write, judged: what is obscene, insulting, threatening or advertising in a text, with the words that decided.

A hint for a person, never more: nothing here deletes, hides, sends or remembers anything. The words
are in `lexicon/*.yaml`; criticism of an office, however harsh, is no ground.
"""

from config.russian.judging.verdict import Ground, Kind, Verdict, judge

__all__ = ["Ground", "Kind", "Verdict", "judge"]
