"""Russian grammar, and text made safe to show: agreement with numbers, moments in words, strangers' text neutralised.

Pure functions of their arguments: no clock (`now` is passed in), no files, no messenger. Nothing here is HTML unless a
function says so; the templates escape (MarkupSafe).
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from workflow.normal import normal

JOINER = "\u2060"
"""The character WORD JOINER: invisible, breaks no line, and no messenger recognises an address across it."""

NAMELESS = "Без имени"
NAME_LIMIT = 64
MARKS = 2
"""The most combining marks kept on a letter: living scripts need no more, only «zalgo» text has more."""

MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
WEEKDAYS_OF = ("понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья")
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")


# --- numbers ---------------------------------------------------------------------------------------------------------


def plural(n: int, forms: str) -> str:
    """The form out of «сообщение|сообщения|сообщений» that agrees with `n`."""
    one, few, many = forms.split("|")
    tail = abs(n) % 100
    if 10 < tail < 20:
        return many
    match tail % 10:
        case 1:
            return one
        case 2 | 3 | 4:
            return few
        case _:
            return many


def count(n: int, forms: str) -> str:
    """The number with the form of `forms` (see `plural`) that agrees with it: «2 сообщения»."""
    return f"{n} {plural(n, forms)}"


# --- moments and spans -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class When:
    """Moments in words, in the municipality's zone, as seen at `now` (every moment has a time zone).

    `shown_since`: when the message being redrawn was first posted. On a later day a reader would count «сегодня» and
    «завтра» from the date of that message, so the date is named instead. `stays`: the message stays on the screen for
    days, so terms always name their day («пн 30.11 до 14:45»).
    """

    now: datetime
    zone: ZoneInfo
    shown_since: datetime | None = None
    stays: bool = False

    def clock(self, at: datetime) -> str:
        """The time of day: «9:02»."""
        local = at.astimezone(self.zone)
        return f"{local.hour}:{local.minute:02}"

    def date(self, at: datetime) -> str:
        """The date: «16 марта», in another year than now «16 марта 2027 года»."""
        local = at.astimezone(self.zone)
        year = f" {local.year} года" if local.year != self.now.astimezone(self.zone).year else ""
        return f"{local.day} {MONTHS[local.month - 1]}{year}"

    def day(self, at: datetime) -> str:
        """The day: «сегодня», «вчера», «завтра», for others «пн 16 марта»."""
        if self._may_be_relative():
            match (self._date_of(at) - self._date_of(self.now)).days:
                case 0:
                    return "сегодня"
                case 1:
                    return "завтра"
                case -1:
                    return "вчера"
                case _:
                    pass
        return f"{WEEKDAYS[self._date_of(at).weekday()]} {self.date(at)}"

    def at(self, at: datetime) -> str:
        """The day and the time: «сегодня в 11:45», «пн 16 марта, 9:00»."""
        return f"{self.day(at)} в {self.clock(at)}" if self._is_near(at) else f"{self.day(at)}, {self.clock(at)}"

    def until(self, at: datetime) -> str:
        """A deadline: «сегодня до 14:30», «пн 16 марта до 9:00»."""
        return f"{self.dated(at) if self.stays else self.day(at)} до {self.clock(at)}"

    def by(self, at: datetime) -> str:
        """A deadline: «до 10:02» if it is today, otherwise like `until`."""
        return f"до {self.clock(at)}" if self._is_today(at) and not self.stays else self.until(at)

    def past(self, at: datetime) -> str:
        """A moment in the past: «в 9:30» if it is today, otherwise like `at`; on a message that stays, «пн 30.11 в
        9:30»."""
        if self.stays:
            return f"{self.dated(at)} в {self.clock(at)}"
        return self.happened(at)

    def happened(self, at: datetime) -> str:
        """A past event: «в 9:30» if it is today, otherwise like `at`, even on a message that stays (no day in
        figures)."""
        return f"в {self.clock(at)}" if self._is_today(at) else self.at(at)

    def since(self, at: datetime) -> str:
        """Since when: «с 9:30» if it is today, otherwise «с 9:30 (пн 12 января)»."""
        return f"с {self.clock(at)}" if self._is_today(at) else f"с {self.clock(at)} ({self.day(at)})"

    def dated(self, at: datetime) -> str:
        """The day in figures: «пн 30.11», in another year than now «пн 12.01.2027»; for messages that stay on the
        screen."""
        local = at.astimezone(self.zone)
        year = f".{local.year}" if local.year != self.now.astimezone(self.zone).year else ""
        return f"{WEEKDAYS[local.weekday()]} {local.day:02}.{local.month:02}{year}"

    def long(self, at: datetime) -> str:
        """The time and day in the genitive, as in «с … до …»: «18:10 пятницы 13 марта»."""
        local = at.astimezone(self.zone)
        return f"{self.clock(at)} {WEEKDAYS_OF[local.weekday()]} {self.date(at)}"

    def short(self, at: datetime) -> str:
        """The shortest form: «9:02» if it is today, otherwise «вчера, 23:10», «пн 16 марта, 9:02»."""
        return self.clock(at) if self._is_today(at) else f"{self.day(at)}, {self.clock(at)}"

    def _date_of(self, at: datetime) -> dt.date:
        return at.astimezone(self.zone).date()

    def _may_be_relative(self) -> bool:
        return self.shown_since is None or self._date_of(self.shown_since) == self._date_of(self.now)

    def _is_today(self, at: datetime) -> bool:
        return self._may_be_relative() and self._date_of(at) == self._date_of(self.now)

    def _is_near(self, at: datetime) -> bool:
        return self._may_be_relative() and abs((self._date_of(at) - self._date_of(self.now)).days) <= 1


def span(length: timedelta) -> str:
    """A length of time in words: «2 ч 43 мин», «45 мин», «3 дня 2 ч»; «меньше минуты» below one minute."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "меньше минуты"
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [count(days, "день|дня|дней")] if days else []
    parts += [f"{hours} ч"] if hours else []
    parts += [f"{minutes} мин"] if minutes and not days else []
    return " ".join(parts)


def minutes_and_hours(length: timedelta) -> str:
    """A length of time in the accusative: «15 минут», «1 минуту», «2 часа 15 минут», «3 дня»; "" below one minute."""
    minutes = int(length.total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [count(days, "день|дня|дней")] if days else []
    parts += [count(hours, "час|часа|часов")] if hours else []
    parts += [count(minutes, "минуту|минуты|минут")] if minutes and not days else []
    return " ".join(parts)


# --- names of departments --------------------------------------------------------------------------------------------

_HEADS = {
    # nominative: genitive, dative, accusative
    "отдел": ("отдела", "отделу", "отдел"),
    "сектор": ("сектора", "сектору", "сектор"),
    "комитет": ("комитета", "комитету", "комитет"),
    "департамент": ("департамента", "департаменту", "департамент"),
    "центр": ("центра", "центру", "центр"),
    "округ": ("округа", "округу", "округ"),
    "район": ("района", "району", "район"),
    "город": ("города", "городу", "город"),
    "посёлок": ("посёлка", "посёлку", "посёлок"),
    "сельсовет": ("сельсовета", "сельсовету", "сельсовет"),
    "поселение": ("поселения", "поселению", "поселение"),
    "образование": ("образования", "образованию", "образование"),
    "архив": ("архива", "архиву", "архив"),
    "водоканал": ("водоканала", "водоканалу", "водоканал"),
    "управление": ("управления", "управлению", "управление"),
    "учреждение": ("учреждения", "учреждению", "учреждение"),
    "предприятие": ("предприятия", "предприятию", "предприятие"),
    "агентство": ("агентства", "агентству", "агентство"),
    "администрация": ("администрации", "администрации", "администрацию"),
    "инспекция": ("инспекции", "инспекции", "инспекцию"),
    "комиссия": ("комиссии", "комиссии", "комиссию"),
    "дирекция": ("дирекции", "дирекции", "дирекцию"),
    "служба": ("службы", "службе", "службу"),
    "приёмная": ("приёмной", "приёмной", "приёмную"),
    "пресс-служба": ("пресс-службы", "пресс-службе", "пресс-службу"),
}
_ADJECTIVES = {
    "ый": ("ого", "ому", "ый"),
    "ий": ("его", "ему", "ий"),
    "ой": ("ого", "ому", "ой"),
    "ое": ("ого", "ому", "ое"),
    "ее": ("его", "ему", "ее"),
    "ая": ("ой", "ой", "ую"),
    "яя": ("ей", "ей", "юю"),
}
_HARD_IY = ("кий", "гий", "хий")
GENITIVE, DATIVE, ACCUSATIVE = range(3)


def declined(name: str, form: int) -> str:
    """The name of a department in another case (`form`: GENITIVE, DATIVE, ACCUSATIVE): «Отдел ЖКХ» → «Отдела ЖКХ».

    Only a name that begins with a known noun, or with adjectives and then one, is declined; abbreviations («МКУ
    «Дорожник»») stay as they are. Any other name is put in quotation marks after a noun that can be declined.
    """
    first = name.split(" ")[0]
    if len(first) > 1 and first.strip('«»"').isupper():
        return name
    return _of_known_words(name, form) or _beside(name, form)


def genitive(name: str) -> str | None:
    """A municipality's name as it follows «Администрация»: «Степной район» → «Степного района», «Город Степной» →
    «города Степной». None if it has no noun that the bot can decline."""
    found = _of_known_words(name, GENITIVE)
    first = name.split(" ")[0].lower()
    is_own_name = first not in _HEADS and not first.startswith("муниципальн")
    return found if found is None or is_own_name else found[:1].lower() + found[1:]


def _of_known_words(name: str, form: int) -> str | None:
    """The name with its adjectives and the noun after them in another case, the rest as it is; None if one of these
    words is unknown."""
    words = name.split(" ")
    done: list[str] = []
    for index, word in enumerate(words):
        if head := _HEADS.get(word.lower()):
            done.append(_as_written(word, head[form]))
            return " ".join([*done, *words[index + 1 :]])
        adjective = _adjective(word, form)
        if adjective is None or (len(word) > 1 and word.strip('«»"').isupper()):
            return None
        done.append(adjective)
    return None


def _adjective(word: str, form: int) -> str | None:
    endings = _ADJECTIVES.get(word[-2:].lower())
    if endings is None or len(word) < 4:
        return None
    ending = endings[form]
    if word.lower().endswith(_HARD_IY) and form != ACCUSATIVE:
        ending = ("ого", "ому")[form]
    return word[:-2] + ending


def _as_written(word: str, form: str) -> str:
    return form[0].upper() + form[1:] if word[0].isupper() else form


def _beside(name: str, form: int) -> str:
    noun = ("подразделения", "подразделению", "подразделение")[form]
    return f"{noun} «{name}»" if "«" not in name else f"{noun} {name}"


def as_post(name: str) -> str:
    """A person's title as it stands within a sentence: a post begins with a small letter, a name stays as it is."""
    first, _, rest = name.partition(" ")
    is_post = any(word[:1].islower() for word in rest.split()) or first.lower() in _POSTS
    return name[:1].lower() + name[1:] if is_post and not first.isupper() else name


_POSTS = frozenset({"куратор", "специалист", "диспетчер", "глава", "заместитель", "начальник", "директор", "секретарь"})


def to_post(name: str) -> str:
    """The addressee of a document, in the dative: «Глава района» → «Главе района»; «Врио главы» and a person's name
    stay as they are."""
    first, *rest = name.split(" ")
    return " ".join([_TO_POSTS.get(first, first), *rest])


_TO_POSTS = {"Глава": "Главе", "Мэр": "Мэру", "Исполняющий": "Исполняющему"}


def sentence(text: str) -> str:
    """The text with its first letter capitalised and the rest untouched."""
    return text[:1].upper() + text[1:]


# --- strangers' text -------------------------------------------------------------------------------------------------

_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = frozenset("\t\u115f\u1160\u2800\u3164\uffa0")
_ZWJ = "\u200d"
_ORDINARY = re.compile(r"[\n -~А-яЁё«»№„“”‘’–—…·•→]*")
"""Matches a text of ordinary characters only; nearly all texts are such and skip the check of each character."""
_ORDINARY_LINE = re.compile(r"[ -~А-яЁё«»№„“”‘’–—…·•→]*")
"""Matches one line of ordinary characters, which needs no cleaning at all; most values of a template are such."""


def clean(text: str) -> str:
    """The text without invisible and harmful characters, composed (NFC), with its lines.

    Removed: control characters, direction marks and other invisible characters, more than two combining marks on a
    letter, lone surrogates, repeated empty lines. A joiner inside an emoji stays.
    """
    if _ORDINARY_LINE.fullmatch(text):
        return text.strip()
    composed = normal("NFC", _LINE_ENDS.sub("\n", text))
    kept = composed if _ORDINARY.fullmatch(composed) else _only_visible(composed)
    lines = (line.rstrip() for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _only_visible(composed: str) -> str:
    kept: list[str] = []
    marks = 0
    for index, letter in enumerate(composed):
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if letter == "\n":
            kept.append(letter)
        elif letter in _BLANKS or category == "Zs":
            kept.append(" ")
        elif letter == _ZWJ:
            following = composed[index + 1 : index + 2]
            if following and unicodedata.category(following) in ("So", "Sk", "Lo"):
                kept.append(letter)
        elif category == "Cs":
            kept.append("\ufffd")
        elif category in ("Cc", "Cf") or marks > MARKS or ord(letter) & 0xFFFE == 0xFFFE:
            continue
        else:
            kept.append(letter)
    return "".join(kept)


def one_line(text: str, longest: int = 1000) -> str:
    """The first `longest` characters of the text, cleaned and on one line."""
    return " ".join(clean(text[:longest]).split())


def shown_name(text: str) -> str:
    """The name of a profile or page as it is shown: cleaned, on one line, at most `NAME_LIMIT` units; never empty."""
    name = one_line(text)
    visible = any(unicodedata.category(letter)[0] in "LNPS" for letter in name)
    return excerpt(name, NAME_LIMIT) if visible else NAMELESS


_IP = r"(?:\d{1,3}\.){3}\d{1,3}"
_CATCHES = re.compile(
    rf"(?P<scheme>:)(?=//)|(?P<ip>{_IP})|(?P<dot>\.)(?=[^\s.])|(?P<sign>[@#$](?=[\w·])|/(?=[A-Za-z0-9_]))"
)


def neutralise(text: str) -> str:
    """The text made inert: it looks the same, but a messenger finds no link, mention, command or tag in it.

    An invisible joiner follows each character that could start one. Telephone numbers stay: people call them.
    Neutralising twice changes nothing more.
    """

    def broken(match: re.Match[str]) -> str:
        if match["ip"]:
            return match["ip"].replace(".", "." + JOINER)
        if match["dot"]:
            before, after = text[match.start() - 1 : match.start()], text[match.end()]
            if after == JOINER or (before.isdecimal() and after.isdecimal()):
                return "."
        return match[0] + JOINER

    return _CATCHES.sub(broken, text)


def units(text: str) -> int:
    """The length of the text in UTF-16 code units, as messengers count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def posted(text: str) -> str:
    """The text as a messenger's channel shows it: without blanks around it and at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def excerpt(text: str, limit: int, lines: int | None = None) -> str:
    """The text, or its beginning up to a whole word with «…»: at most `limit` UTF-16 units and `lines` lines."""
    rows = text.split("\n")
    was_cut = lines is not None and len(rows) > lines
    kept = "\n".join(rows[:lines]) if was_cut else text
    if not was_cut and units(kept) <= limit:
        return kept
    room = limit - 1
    if units(kept) > room:
        kept = _at_a_word(_head(kept, room), kept)
    return kept.rstrip(" \n.,;:!?…-–—") + "…"


def _head(text: str, room: int) -> str:
    """The longest beginning of the text that fits in `room` UTF-16 units, without separating a character from its
    marks."""
    used = 0
    for index, letter in enumerate(text):
        used += 2 if ord(letter) > 0xFFFF else 1
        if used > room:
            while index > 0 and (unicodedata.category(text[index])[0] == "M" or _ZWJ in text[index - 1 : index + 1]):
                index -= 1
            return text[:index]
    return text


def _at_a_word(head: str, whole: str) -> str:
    """The head of the whole text cut after its last whole word, unless that would lose more than half of it."""
    following = whole[len(head) : len(head) + 1]
    if following.isspace() or following in ".,;:!?)»":
        return head
    place = max(head.rfind(" "), head.rfind("\n"))
    return head[:place] if place > len(head) // 2 else head


# --- what changed ----------------------------------------------------------------------------------------------------

REWRITTEN = "текст переписан"
_WORD = re.compile(r"\w+(?:[-:.,/]\w+)*|[^\w\s]")
_MOST_WORDS = 1500
_MOST_CHANGES = 3
_CHANGE_LIMIT = 70


def difference(old: str, new: str) -> str:
    """The changes from the old text to the new one, in words: «в ближайшее время» → «сегодня до 20:00». "" if nothing
    changed.

    At most three changes are named, each shortened; a text with little in common with the old one gives «текст
    переписан».
    """
    before, after = list(_WORD.finditer(old)), list(_WORD.finditer(new))
    was, became = [m[0] for m in before], [m[0] for m in after]
    if was == became:
        return ""
    if len(was) + len(became) > _MOST_WORDS:
        return REWRITTEN
    changes = _changes(was, became)
    kept = len(was) - sum(b - a for a, b, _, _ in changes)
    if kept * 4 < len(was):
        return REWRITTEN
    shown = [_change(_slice(old, before[a:b]), _slice(new, after[c:d])) for a, b, c, d in changes[:_MOST_CHANGES]]
    if more := len(changes) - len(shown):
        shown.append(f"и ещё {count(more, 'правка|правки|правок')}")
    return "; ".join(shown)


def _changes(was: list[str], became: list[str]) -> list[tuple[int, int, int, int]]:
    """The replaced stretches of words (first and end in the old text, then in the new), in order; two with a single
    word between them become one."""
    merged: list[tuple[int, int, int, int]] = []
    matcher = difflib.SequenceMatcher(None, was, became, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        if merged and 0 < a - merged[-1][1] <= 1 and (was[a - 1].isalnum()):
            merged[-1] = (merged[-1][0], b, merged[-1][2], d)
        else:
            merged.append((a, b, c, d))
    return merged


def _slice(text: str, words: list[re.Match[str]]) -> str:
    return " ".join(text[words[0].start() : words[-1].end()].split()) if words else ""


def _change(was: str, became: str) -> str:
    was, became = excerpt(was, _CHANGE_LIMIT), excerpt(became, _CHANGE_LIMIT)
    if not was:
        return f"добавлено «{became}»"
    if not became:
        return f"убрано «{was}»"
    return f"«{was}» → «{became}»"
