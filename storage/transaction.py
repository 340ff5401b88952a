"""One open transaction over one municipality's rows; each group of tables is an attribute of it."""

from __future__ import annotations

from functools import cached_property

from storage.absences import Absences
from storage.afterwards import AfterwardsBook
from storage.audit import Audit
from storage.cases import Cases
from storage.connections import Connections
from storage.inbox import Inbox
from storage.keepings import Keepings
from storage.lessons import Lessons
from storage.outbox import Outbox
from storage.registers import Messages, People, Questions
from storage.seen import SeenBook
from storage.violations import Violations
from storage.waves import Waves


class Transaction(Cases, Keepings):
    """Access to all data of one municipality within one open transaction: cases, their terms and `Keepings` by its own
    methods, everything else by attributes such as `inbox`, created on first use."""

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self)

    @cached_property
    def connections(self) -> Connections:
        return Connections(self)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self)

    @cached_property
    def messages(self) -> Messages:
        return Messages(self)

    @cached_property
    def people(self) -> People:
        return People(self)

    @cached_property
    def questions(self) -> Questions:
        return Questions(self)

    @cached_property
    def absences(self) -> Absences:
        return Absences(self)

    @cached_property
    def seen(self) -> SeenBook:
        return SeenBook(self)

    @cached_property
    def lessons(self) -> Lessons:
        return Lessons(self)

    @cached_property
    def afterwards(self) -> AfterwardsBook:
        return AfterwardsBook(self)

    @cached_property
    def violations(self) -> Violations:
        return Violations(self)

    @cached_property
    def waves(self) -> Waves:
        return Waves(self)
