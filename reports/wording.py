"""The report's Russian words for topics, sources, steps, departments and moments. They come from `config`.

Strangers' words are returned cleaned: no control characters, no direction marks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config import templates
from config.russian.topics import load_topics
from config.russian.words import clean, one_line
from config.texts import Texts, words_of
from reports.period import Month, Period
from reports.rows import Missed
from workflow.waiting import CURATOR

Measures = tuple[tuple[str, str], ...]
MEASURED = {
    "on_time_share": "on_time",
    "share": "on_time",
    "kept_share": "promises",
    "repeat_share": "repeats",
    "helped_share": "helped",
    "good_share": "marks",
}
"""The figure's name → the key in the regulation's `measures` under which its formula may be worded."""
LONGEST_WORD = 100
LONGEST_REASON = 300


@dataclass(frozen=True)
class Wording:
    """Words for a report. `names`: department key → its name; `labels`: a topic's code → its label for people. Moments
    are shown in `zone`. `measures`: what is measured → its formula in the regulation's words."""

    texts: Texts
    names: Mapping[str, str]
    zone: ZoneInfo
    labels: Mapping[str, str] = field(default_factory=dict)
    measures: Measures = ()

    @classmethod
    def of(
        cls, names: Mapping[str, str], zone: ZoneInfo, folders: Sequence[Path] = (), measures: Measures = ()
    ) -> Wording:
        listed = load_topics(folders).topics.items()
        labels = labels_of({code: one.topic.label for code, one in listed})
        return cls(Texts(folders), names, zone, labels, measures)

    def say(self, section: str, key: str) -> str:
        return templates.words()[section][key]

    def word(self, key: str) -> str:
        return self.say("words", key)

    def figure(self, key: str) -> tuple[str, str]:
        """The figure's name and its definition: the regulation's if its file words one, otherwise ours."""
        label, _, meaning = self.say("figures", key).partition("|")
        return label, dict(self.measures).get(MEASURED.get(key, ""), meaning)

    def topic(self, topic: str) -> str:
        return one_line(self.labels.get(topic, topic), LONGEST_WORD) or self.word("no_topic")

    def place(self, place: str) -> str:
        return one_line(place, LONGEST_WORD) or self.word("no_place")

    def source(self, source: str) -> str:
        return self._phrase("sources", source)

    def step(self, step: str) -> str:
        return self._phrase("steps", step)

    def state(self, state: str) -> str:
        return self._phrase("states", state)

    def ground(self, ground: str) -> str:
        """The reason why a case ended without an answer, in words; the office's own words stay as they are, "" stays
        ""."""
        return self._phrase("closing", ground) if ground else ""

    def department(self, key: str) -> str:
        return one_line(self.names.get(key, key), LONGEST_WORD)

    def who(self, who: str) -> str:
        return self.word("curator") if who == CURATOR else self.department(who)

    def blamed(self, missed: Missed) -> str:
        """The name of who missed the term, with the person who stood in for them if anybody did."""
        if missed.substitute is None:
            return self.who(missed.who)
        return self.word("stood_in").format(who=self.who(missed.who), person=self.stood_in(missed))

    def stood_in(self, missed: Missed) -> str:
        """The name of the person who stood in when the term was missed; "" if nobody did."""
        return one_line(missed.stood_in, LONGEST_WORD) if missed.substitute is not None else ""

    def annulled(self, missed: Missed) -> str:
        """When and why the violation was annulled: «снято 15.01.2026 10:20: сбой у оператора связи»; "" if it was not."""
        if missed.annulled is None:
            return ""
        reason = one_line(missed.annulled.reason, LONGEST_REASON)
        return self.word("annulled").format(moment=self.moment(missed.annulled.at), reason=reason)

    def network(self, network: str) -> str:
        """The name of the network of an official page."""
        return self._phrase("page_networks", network)

    def format(self, one: str) -> str:
        return self._phrase("page_formats", one)

    def page(self, name: str) -> str:
        """The official page's `name` on one line, shortened if long; if it is "", the words for a page unknown to the
        registry."""
        return one_line(name, LONGEST_WORD) or self.word("not_in_registry")

    def offence(self, ground: str) -> str:
        """The ground for deleting a comment, in words; "" for none."""
        return self._phrase("moderation_grounds", ground) if ground else ""

    def norm(self, per: str, at_least: int | None, norm: int | None) -> str:
        """The norm of publications in words: «2–3 в день»; «нормы нет» without one."""
        if at_least is None or norm is None:
            return self.word("no_norm")
        many = str(norm) if at_least == norm else f"{at_least}–{norm}"
        return self.word(f"norm_{per}").format(many=many)

    def enough(self, per: str, enough: int, periods: int) -> str:
        """In how many days or weeks the page published enough: «дней, когда хватило: 20 из 31»; "" without a norm or
        before the first day or week is over."""
        return self.word(f"per_{per}").format(enough=enough, periods=periods) if per and periods else ""

    def text(self, text: str) -> str:
        return clean(text)

    def month(self, month: Period, form: int = 0) -> str:
        """The period in words: «октябрь 2026 года», «неделя 12.01–18.01.2026», «3 квартал 2026 года»; for a month with
        `form` 1:
        «октябре 2026 года»."""
        if not isinstance(month, Month):
            days = f"{month.first:%d.%m}–{month.last:%d.%m.%Y}"
            number = (month.first.month + 2) // 3
            return self.say("periods", month.kind).format(days=days, number=number, year=month.first.year)
        name = self.say("months", str(month.month)).split("|")[form]
        return f"{name} {month.year} {self.word('year')}"

    def month_name(self, month: Month) -> str:
        """The month's name without the year: «октябрь»."""
        return self.say("months", str(month.month)).split("|")[0]

    def moment(self, moment: datetime | None) -> str:
        """The moment in the municipality's zone: «12.10.2026 9:05»; "" for None."""
        if moment is None:
            return ""
        local = moment.astimezone(self.zone)
        return f"{local:%d.%m.%Y} {local.hour}:{local.minute:02}"

    def _phrase(self, section: str, value: str) -> str:
        key = f"{section}.{words_of(value)}"
        return self.texts.plain(key) if self.texts.has(key) else one_line(str(value), LONGEST_WORD)


def labels_of(topics: Mapping[str, str]) -> dict[str, str]:
    """The labels of topics by code, without labels under which two topics would count as one."""
    called = Counter(topics.values())
    return {code: label for code, label in topics.items() if called[label] == 1 and topics.get(label, label) == label}
