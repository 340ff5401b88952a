"""The schema of a municipality's file: its keys and their types. `config.municipality` interprets the values."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from config import official_pages, ready, reminding, yamlfile
from config.keeping import NoticeEntry, RetentionEntry
from config.ok import OkEntry
from config.vk import VkEntry
from config.watching import DetectionEntry
from workflow.office import Role


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


Text = Annotated[str, Field(min_length=1)]


class DepartmentEntry(_Part):
    """A department as the file lists it. `name_of`, `name_to`: its name in the genitive (кого) and in the dative
    (кому), for names that the bot would decline wrongly; `topics`: what it deals with; `overseen_by`: key of the deputy
    who oversees it."""

    name: Text
    name_of: Text | None = None
    name_to: Text | None = None
    topics: list[Text] = []
    overseen_by: str | None = None


class AppointmentEntry(_Part):
    """A person's appointment: its date and the document that makes it (KU-7)."""

    on: date
    by: Text | None = None


class PersonEntry(_Part):
    name: Text
    roles: Annotated[tuple[Role, ...], Field(alias="role")]
    department: str | None = None
    substitute: str | None = None
    appointed: AppointmentEntry | None = None

    @field_validator("roles", mode="before")
    @classmethod
    def _one_or_several(cls, written: object) -> tuple[Role, ...]:
        words = [str(word) for word in (written if isinstance(written, list) else [written])]
        for word in words:
            if word not in tuple(Role):
                raise ValueError(f"role: неизвестное слово «{word}»{yamlfile.suggestion(word, Role)}")
        return tuple(dict.fromkeys(Role(word) for word in words))


class AbsenceEntry(_Part):
    person: str
    since: Annotated[str, Field(alias="from")]
    until: Annotated[str, Field(alias="to")]
    substitute: str | None = None


class _Groups(_Part):
    working: int | None = None


class TelegramEntry(_Part):
    """The places in Telegram where citizens write to the office. `channel`: its name, without @; `discussion`: the id
    of the group with the channel's comments; `private`: whether the bot accepts private messages from citizens.
    """

    channel: Annotated[str, Field(pattern=r"^@?[A-Za-z][A-Za-z0-9_]{3,31}$")] | None = None
    discussion: Annotated[int, Field(lt=0)] | None = None
    private: bool = False


class MaxEntry(_Part):
    """The places in MAX where citizens write to the office. `channel`: the number of its channel, under whose posts
    they comment; `address`: the channel's name in its public address; `private`: whether the bot accepts private
    messages.
    """

    channel: Annotated[int, Field(lt=0)] | None = None
    address: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{1,63}$")] | None = None
    private: bool = False


class NetworksEntry(_Part):
    """The networks of a municipality. `messenger`: the one in which the office itself works. `messenger_mode`: with
    `reading` we poll it for updates; with `webhook` it sends them to our public address. The rest: where citizens
    write; None if nowhere there.
    """

    messenger: Literal["telegram", "max"] = "telegram"
    messenger_mode: Literal["reading", "webhook"] = "reading"
    vk: VkEntry | None = None
    ok: OkEntry | None = None
    telegram: TelegramEntry | None = None
    max: MaxEntry | None = None


class MunicipalityFile(_Part):
    name: Text
    name_of: Text | None = None
    timezone: Text
    regulation: Text
    cases: Text | None = None
    region: Text | None = None
    work_hours: dict[str, Any]
    days: dict[str, Any] = {}
    groups: _Groups = _Groups()
    departments: dict[str, DepartmentEntry]
    people: dict[str, PersonEntry]
    absent: list[AbsenceEntry] = []
    duty: Literal["working", "always"] = "working"
    quiet_hours: str = "22:00-07:00"
    triage: Literal["manual", "auto"] = "manual"
    reminders: reminding.RemindersEntry | None = None
    idle: reminding.IdleEntry | None = None
    shortcomings: reminding.ShortcomingsEntry | None = None
    approval_delay: Annotated[int, Field(ge=0, le=3600)] = 30
    networks: NetworksEntry = NetworksEntry()
    detection: DetectionEntry = DetectionEntry()
    supervisor: str | None = None
    places: list[Text] = []
    governor_channels: list[Annotated[str, Field(pattern=r"^@?[A-Za-z][A-Za-z0-9_]{3,31}$")]] = []
    formal_appeals: Text | None = None
    afterwards: list[Annotated[int, Field(ge=1, le=720)]] = [1, 24, 168]
    ask_if_helped: bool = True
    monthly_report: bool = True
    pinned_list: bool = True
    pages: list[official_pages.Entry] = []
    ready_answers: list[ready.Entry] = []
    retention: RetentionEntry = RetentionEntry()
    notice: NoticeEntry = NoticeEntry()
