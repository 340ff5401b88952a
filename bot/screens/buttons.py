"""The buttons under the screens about a case, read off `workflow.transitions`: what the table does not permit is not shown.

Menus are named by words that a button carries: "" (the main one), `departments`, `topics`, `close`, and `departments.2` for
the second page. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import Button, Buttons
from bot.screens.case_words import department_into, ground_words, is_web
from config.texts import Texts
from config.words import excerpt, units
from handlers.callbacks import LIMIT, Callback, Verb
from workflow.case import Case, Draft, State
from workflow.commands import Action
from workflow.guards import CLOSING_REASONS
from workflow.office import Office
from workflow.regulation import Importance, Source
from workflow.transitions import find

DIRECTLY = 8
"""So many departments stand at once on an offer without a guess."""
PAGE = 10
WIDE = 18
"""A caption longer than this gets a row of its own."""
CAPTION = 60
COPY_LIMIT = 256
"""So many characters a button can put on the clipboard."""

Row = tuple[Button, ...]


class CaseButtons:
    def __init__(self, texts: Texts, case: Case, office: Office) -> None:
        self.texts = texts
        self.case = case
        self.office = office

    def may(self, action: Action) -> bool:
        """Whether anybody can do it now."""
        return find(action, self.case.state) is not None

    def button(self, key: str, verb: Verb, argument: str = "", style: str | None = None, **values: str) -> Button:
        return Button(
            self.texts.plain(f"buttons.{key}", **values), Callback(verb, self.case.id, argument).pack(), style=style
        )

    # --- the card ----------------------------------------------------------------------------------------------------

    def card(self) -> Buttons:
        row: list[Button] = []
        if self.may(Action.ACCEPT):
            row.append(self.button("accept", Verb.ACCEPT, style="success"))
        if self.may(Action.RETURN):
            row.append(self.button("return", Verb.RETURN))
        return (tuple(row),) if row else ()

    # --- the offer ---------------------------------------------------------------------------------------------------

    def offer(self, menu: str | None) -> Buttons:
        """Where the case can go from here, for the curator."""
        name, _, page = (menu or "").partition(".")
        number = int(page) if page.isdecimal() else 1
        match name:
            case "departments" if self.may(Action.FORWARD):
                return (*_paged(self._departments(), number, self._menu("departments")), self._back())
            case "topics" if self.may(Action.SET_TOPIC):
                return (*_paged(self._topics(), number, self._menu("topics")), self._back())
            case "sources" if self._source_is_open():
                return (*_rows(self._sources()), self._back())
            case "close" if self.may(Action.CLOSE_WITHOUT_POSTING) or self.may(Action.NOT_PROCESS):
                return (*((button,) for button in self._endings()), self._back())
            case _:
                return self._main_new() if self.case.state is State.NEW else self._main_settled()

    def _main_new(self) -> Buttons:
        suggested = self.case.suggested
        rows: list[Row] = []
        if suggested and suggested in self.office.departments:
            rows.append((self._forward(suggested, "primary", whole=True),))
            another = (self._menu("departments")("another", ""),) if len(self.office.departments) > 1 else ()
            rows.append((*another, self._menu("topics")("topic", "")))
        else:
            departments = self._departments()
            if len(departments) <= DIRECTLY:
                rows += _rows(departments)
                rows.append((self._menu("topics")("topic", ""),))
            else:
                rows.append((self._menu("departments")("choose", ""), self._menu("topics")("topic", "")))
        rows.append((self._importance(), self._menu("close")("drop", "")))
        if self._source_is_open():
            rows.append((self._menu("sources")("source", ""),))
        return tuple(rows)

    def _source_is_open(self) -> bool:
        """Only whoever handed the message in knows where it was written; terms may depend on it (IZ-6.3)."""
        return self.may(Action.SET_SOURCE) and self.case.appeal.network is None

    def _sources(self) -> list[Button]:
        return [
            Button(
                self.texts.plain(f"sources.{source.value.replace('-', '_')}"),
                Callback(Verb.SOURCE, self.case.id, source.value).pack(),
                style="primary" if source is self.case.appeal.source else None,
            )
            for source in Source
        ]

    def directly(self) -> Buttons:
        """Only where it can go at one tap: the guess, and the others while they are few."""
        if not self.may(Action.FORWARD):
            return ()
        departments = self._departments()
        if len(departments) > DIRECTLY:
            departments = departments[: 1 if self.case.suggested in self.office.departments else 0]
        return tuple(_rows(departments))

    def _main_settled(self) -> Buttons:
        """While the case is open it can be redirected, taken back, closed."""
        if self.may(Action.REOPEN):
            return ((self.button("reopen", Verb.REOPEN),),)
        first: list[Button] = []
        if self.may(Action.FORWARD) and self._departments():
            first.append(self._menu("departments")("another", ""))
        if self.may(Action.RECALL):
            first.append(self.button("recall", Verb.RECALL))
        second = [self._importance()] if self.may(Action.SET_IMPORTANCE) else []
        if self.may(Action.CLOSE_WITHOUT_POSTING):
            second.append(self._menu("close")("close", ""))
        return tuple(tuple(row) for row in (first, second) if row)

    def _forward(self, key: str, style: str | None = None, whole: bool = False) -> Button:
        """`whole`: «Направить в Отдел ЖКХ»; else the department's name alone."""
        name = self.office.departments[key].name
        if not whole:
            return Button(excerpt(name, CAPTION), Callback(Verb.FORWARD, self.case.id, key).pack(), style=style)
        into = department_into(name)
        words, shown = ("forward_plain", name) if into.startswith("подразделение") else ("forward_to", into)
        return self.button(words, Verb.FORWARD, key, style, department=excerpt(shown, CAPTION))

    def _departments(self) -> list[Button]:
        """All but the one that has the case; the guess first."""
        lead = self.case.lead.department if self.case.lead else None
        keys = [key for key in self.office.departments if key != lead]
        keys.sort(key=lambda key: key != self.case.suggested)
        return [self._forward(key) for key in keys]

    def _topics(self) -> list[Button]:
        """The case's own departments' topics would be no shorter a list: all of them, those guessed first."""
        topics = [topic for topic in self.office.topics.values() if _fits(Verb.TOPIC, self.case.id, topic.code)]
        topics.sort(key=lambda topic: topic.code not in self.case.topics)
        return [
            Button(excerpt(topic.label, CAPTION), Callback(Verb.TOPIC, self.case.id, topic.code).pack())
            for topic in topics
        ]

    def _endings(self) -> list[Button]:
        found: list[Button] = []
        if self.may(Action.NOT_PROCESS):
            found += [
                self.button("ground", Verb.NOT_PROCESS, ground.code, ground=_small(excerpt(ground.words, CAPTION)))
                for ground in self.office.regulation.grounds
            ]
        if self.may(Action.CLOSE_WITHOUT_POSTING):
            found += [
                self.button("closing", Verb.CLOSE, code, words=_small(ground_words(self.texts, self.office, code)))
                for code in CLOSING_REASONS
            ]
        return found

    def _importance(self) -> Button:
        if self.case.importance is Importance.HIGH:
            return self.button("lower", Verb.IMPORTANCE, Importance.NORMAL)
        return self.button("raise", Verb.IMPORTANCE, Importance.HIGH)

    def _menu(self, menu: str) -> _MenuButton:
        return _MenuButton(self, menu)

    def _back(self) -> Row:
        return (self.button("back", Verb.MENU),)

    # --- a draft -----------------------------------------------------------------------------------------------------

    def draft(self, draft: Draft) -> Buttons:
        """What can be done about this version now; nothing about one that is not the newest."""
        if self.case.draft is None or draft.version != self.case.draft.version:
            return ()
        version = str(draft.version)
        if self.case.state is State.APPROVED:
            return ((self.button("undo", Verb.UNDO, version, "danger"),),) if self.case.post_at is not None else ()
        if self.case.state is State.NOT_POSTED:
            return self.not_posted()
        row: list[Button] = []
        if self.may(Action.APPROVE):
            row.append(self.button("approve", Verb.APPROVE, version, "success"))
        if self.may(Action.SEND_BACK):
            row.append(self.button("send_back", Verb.SEND_BACK, version))
        rows = [tuple(row)] if row else []
        if draft.files and self.may(Action.CORRECT):
            rows.append((self.button("without_files", Verb.WITHOUT_FILES, version),))
        return tuple(rows)

    def not_posted(self) -> Buttons:
        """What the curator can do about an answer that does not stand in the network."""
        if self.case.state is not State.NOT_POSTED:
            return ()
        rows: list[Row] = [(self.button("posted", Verb.POSTED, style="success"),)]
        tools: list[Button] = []
        text = self.case.draft.text if self.case.draft else ""
        if text.strip() and units(text) <= COPY_LIMIT:
            tools.append(Button(self.texts.plain("buttons.copy"), copy=text))
        if self.case.appeal.network is not None and self.may(Action.RETRY):
            tools.append(self.button("retry", Verb.RETRY))
        if tools:
            rows.append(tuple(tools))
        if self.case.draft is not None and self.may(Action.SEND_BACK):
            rows.append((self.button("send_back", Verb.SEND_BACK, str(self.case.draft.version)),))
        return tuple(rows)

    def open_source(self) -> Row:
        url = self.case.appeal.link
        return (Button(self.texts.plain("buttons.open"), url=url),) if is_web(url) else ()


class _MenuButton:
    """Buttons that turn to one menu, or to a page of it."""

    def __init__(self, buttons: CaseButtons, menu: str) -> None:
        self._buttons = buttons
        self._menu = menu

    def __call__(self, key: str, page: str) -> Button:
        return self._buttons.button(key, Verb.MENU, f"{self._menu}.{page}" if page else self._menu)


def _paged(buttons: list[Button], number: int, menu: _MenuButton) -> list[Row]:
    """Two in a row; more than ten are shown by pages."""
    last = max(1, -(-len(buttons) // PAGE))
    number = min(max(number, 1), last)
    rows = _rows(buttons[(number - 1) * PAGE : number * PAGE])
    turning: list[Button] = []
    if number > 1:
        turning.append(menu("earlier", str(number - 1) if number > 2 else ""))
    if number < last:
        turning.append(menu("further", str(number + 1)))
    return [*rows, tuple(turning)] if turning else rows


def _rows(buttons: Sequence[Button]) -> list[Row]:
    """Two in a row, a long one alone."""
    rows: list[Row] = []
    for button in buttons:
        alone = units(button.text) > WIDE
        if rows and not alone and len(rows[-1]) == 1 and units(rows[-1][0].text) <= WIDE:
            rows[-1] = (*rows[-1], button)
        else:
            rows.append((button,))
    return rows


def _fits(verb: Verb, subject: int, argument: str) -> bool:
    return len(f"{verb}:{subject}:{argument}".encode()) <= LIMIT


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
