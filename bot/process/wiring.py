"""Wiring: makes, from a municipality, its secrets and a messenger, a bot that can be run or stepped. No rules, no
loops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from markupsafe import escape

from bot.beats import Beats
from bot.cases.afterwards import Afterwards
from bot.cases.granting import CaseGranting
from bot.cases.postroom import Postroom
from bot.cases.reckoning import Reckoning
from bot.cases.rendering import CaseRendering
from bot.clock import Clock
from bot.daily import DailyRound
from bot.delivery import Delivery
from bot.delivery.limits import Pace
from bot.delivery.wanted import Makers
from bot.files import FileStore
from bot.found import importing, long_texts
from bot.found.citizens import CitizenGranting
from bot.found.finding import Finding
from bot.found.granting import FoundGranting
from bot.found.importing import Importing
from bot.found.long_texts import LongTexts
from bot.found.rendering import FoundRendering
from bot.found.waves import WaveWatch
from bot.helped.granting import HelpedGranting
from bot.helped.rendering import HelpedRendering
from bot.leadership import papers
from bot.leadership.granting import RegisterGranting
from bot.leadership.monthly import MonthlyReport
from bot.leadership.rendering import Leadership
from bot.messenger import Manners
from bot.messenger_side import MessengerSide
from bot.notices.alerts import GapReport, ParkedReport, PinReport, TroubleReport
from bot.notices.digests import Digests
from bot.notices.granting import NoticeGranting
from bot.notices.pinned import PinnedRendering
from bot.notices.rendering import NoticeRendering
from bot.notices.shortcomings import ShortcomingGranting
from bot.notices.weekly import WEEKLY_LIST
from bot.offices import Offices
from bot.official.material.desk import MaterialDesk, MaterialReporting
from bot.official.material.granting import MaterialGranting
from bot.official.material.rendering import MaterialRendering
from bot.official.moderation.granting import ModerationGranting
from bot.official.moderation.proposing import Proposing
from bot.official.moderation.rendering import ModerationRendering
from bot.official.moderation.screens import Appeals
from bot.official.pages.granting import PageGranting
from bot.official.pages.rendering import PageRendering
from bot.official.pages.round import PageTasks
from bot.official.publications.watch import PublicationCare, PublicationWatch
from bot.people.binding import BindingGranting
from bot.people.entrance import HERE, Entrance
from bot.people.granting import AbsenceGranting
from bot.people.group_rights import GroupRights
from bot.people.handing_over import HandingOver
from bot.people.menus import OfficeMenus
from bot.people.rendering import PeopleRendering
from bot.process.app import CLOCK, RECEPTION, Municipal
from bot.process.queues import Queues
from bot.process.rendering import Rendering, Reporting
from bot.process.retention import Retention
from bot.process.silence import SilenceWatch
from bot.process.ticker import Ticker
from bot.ready.granting import ReadyGranting
from bot.ready.rendering import ReadyRendering
from bot.reception import pictures
from bot.reception.batches import Reception
from bot.reception.granting import Granting
from bot.reception.intake import MessengerIntake, NetworkIntake
from config.imports import load_plan
from config.municipality import Municipality
from config.russian import detection, incidents
from config.russian.words import count
from config.texts import Texts
from handlers.public import Citizens
from networks.apart import WorkOut
from networks.port import AsksInPrivate, Network
from networks.silent import Silent
from storage.books import Books
from workflow.desk import Desk
from workflow.helped import NOWHERE, AskedIn
from workflow.ports import network_lane
from workflow.regulation import Source


@dataclass(frozen=True, slots=True)
class Apart:
    """Functions for work that may take long: reading exports, making documents and charts, reading long texts,
    removing from pictures what the camera wrote into them. By default they work in this process."""

    sheet: WorkOut = importing.here
    paper: WorkOut = papers.here
    text: WorkOut = long_texts.here
    picture: WorkOut = pictures.here


HERE_ITSELF = Apart()


def wire(
    municipality: Municipality,
    books: Books,
    messenger: MessengerSide,
    networks: Mapping[str, Network],
    clock: Clock,
    bot_name: str,
    files: Path,
    public_url: str = HERE,
    apart: Apart = HERE_ITSELF,
) -> Municipal:
    """Wire one municipality's bot; nothing runs yet and nothing has been sent. `files`: the folder of stored files;
    `apart`:
    the functions for work that may take long."""
    offices, beats = Offices(municipality), Beats(clock)
    manners, key = messenger.manners, municipality.key
    citizens, pace = citizens_of(municipality, bot_name, messenger), Pace(manners.rates)
    here = messenger.network(pace, clock, _posted_at(citizens, manners), citizens.discussion)
    networks = {**networks, here.key: here} if here is not None else networks
    asks_in = _asked_in(municipality, citizens, networks)
    texts, store = Texts(municipality.folders), FileStore(files)
    desk = Desk(offices.at, Postroom(municipality.detection.list_after, municipality.pinned_list, asks_in))
    handing_over, materials = HandingOver(offices), MaterialDesk(networks, store)
    own_name = bot_name.lower()
    granting = _granting(municipality, desk, texts, offices, handing_over, own_name, materials, networks, apart.sheet)
    granting.finding.prepare(offices.today(key))
    leadership = Leadership(books, offices, texts, apart.paper, store)
    subjects = _rendering(texts, offices, leadership, store, networks, Entrance(public_url), citizens)
    subjects.append(HelpedRendering(texts, asks_in).makers)
    long = LongTexts(apart.text)
    rendering = Rendering(texts, offices, clock, subjects, long)
    reporting = Reporting(desk, clock, MaterialReporting(materials, offices))
    delivery = Delivery(books, key, messenger, networks, rendering, reporting, pace, clock, beats=beats)
    heard = partial(beats.beat, RECEPTION)
    reception = Reception(books, key, granting, messenger, networks, store, clock, citizens, heard, long, apart.picture)
    troubles, queues = TroubleReport(offices.today), Queues()
    ticker = _ticker(municipality, books, desk, offices, clock, delivery.wake, handing_over, troubles)
    ticker.reports = (*ticker.reports, queues)
    ticker.lost_after, ticker.beat = manners.lost_after, partial(beats.beat, CLOCK)
    bot = Municipal(
        key=key,
        books=books,
        offices=offices,
        messenger=messenger,
        reception=reception,
        ticker=ticker,
        delivery=delivery,
        intake=MessengerIntake(books, key, messenger, clock, lambda: bot.wake()),
        networks=_intakes(municipality, books, networks, offices, clock, beats, lambda: bot.wake()),
        clock=clock,
        beats=beats,
        silence=SilenceWatch(books, key, beats, troubles, clock),
        queues=queues,
        group_rights=None if manners.tells_rights else GroupRights(books, key, messenger, clock),
        menus=OfficeMenus(books, key, messenger, texts) if citizens.private else None,
        afterwards=Afterwards(books, key, desk, networks, offices.today, clock, delivery.wake, municipality.afterwards),
        care=PublicationCare(books, key, networks, clock),
        retention=Retention(books, key, municipality.retention, store, clock),
    )
    return bot


def _ticker(
    municipality: Municipality,
    books: Books,
    desk: Desk,
    offices: Offices,
    clock: Clock,
    wake: Callable[[], None],
    handing_over: HandingOver,
    troubles: TroubleReport,
) -> Ticker:
    return Ticker(
        books,
        municipality.key,
        desk,
        clock,
        wake,
        handing_over,
        timedelta(days=municipality.detection.seen_days),
        _daily(municipality, offices),
        reports=(ParkedReport(offices.today), troubles, PinReport(offices.today)),
        reckoning=Reckoning(books, municipality.key, desk, offices),
        pinned=municipality.pinned_list,
    )


def _daily(municipality: Municipality, offices: Offices) -> DailyRound:
    monthly, pages = MonthlyReport(municipality.monthly_report), PageTasks(municipality.pages)
    return DailyRound(offices.today, (*monthly.tasks, *pages.tasks, *Digests(offices).tasks, WEEKLY_LIST))


def _intakes(
    municipality: Municipality,
    books: Books,
    networks: Mapping[str, Network],
    offices: Offices,
    clock: Clock,
    beats: Beats,
    wake: Callable[[], None],
) -> list[NetworkIntake]:
    """For each network that can be polled: the object that polls it and stores its events in the inbox."""
    heard = (network for network in networks.values() if not isinstance(network, Silent))
    back, report = timedelta(days=municipality.detection.read_back_days), GapReport(offices.today)
    return [
        NetworkIntake(
            books, municipality.key, one, clock, wake, report, back, partial(beats.beat, network_lane(one.key))
        )
        for one in heard
    ]


def _rendering(
    texts: Texts,
    offices: Offices,
    leadership: Leadership,
    store: FileStore,
    networks: Mapping[str, Network],
    entrance: Entrance,
    citizens: Citizens,
) -> list[Makers]:
    """The functions that render letters, by subject (cases, notices, pages, …), to be joined into one table."""
    cases = CaseRendering(texts, offices, store, networks)
    return [
        cases.makers,
        NoticeRendering(texts, offices, cases, citizens.links).makers,
        PinnedRendering(texts, offices).makers,
        FoundRendering(texts, offices.municipality.detection.wave.hours).makers,
        PeopleRendering(texts, entrance).makers,
        leadership.makers,
        PageRendering(texts).makers,
        MaterialRendering(texts, store, networks).makers,
        ModerationRendering(texts, _appeals(citizens)).makers,
        ReadyRendering(texts).makers,
    ]


def _granting(
    municipality: Municipality,
    desk: Desk,
    texts: Texts,
    offices: Offices,
    handing_over: HandingOver,
    bot_name: str,
    materials: MaterialDesk,
    networks: Mapping[str, Network],
    read_sheet: WorkOut,
) -> Granting:
    """Make the object that carries out what people ask for (`Granting`), from one part for each subject (cases, pages,
    …)."""
    finding = Finding(
        desk,
        offices.today,
        detection.detector(municipality.places, municipality.danger),
        WaveWatch(municipality.detection.wave),
        incidents.load_signs(municipality.folders),
        Proposing(offices.today, municipality.detection.list_after),
    )
    return Granting(
        texts,
        offices.today,
        bot_name,
        finding,
        CaseGranting(desk, texts, finding, networks),
        FoundGranting(finding, texts),
        BindingGranting(texts, handing_over),
        AbsenceGranting(offices, handing_over, texts),
        CitizenGranting(texts),
        PageGranting(texts),
        ModerationGranting(texts, finding),
        MaterialGranting(materials, texts),
        NoticeGranting(offices, texts),
        ShortcomingGranting(texts),
        PublicationWatch(offices.today),
        RegisterGranting(desk, offices, texts),
        ReadyGranting(texts),
        HelpedGranting(desk, texts, finding),
        Importing(municipality, load_plan(municipality.folders), finding, read_sheet),
    )


def _asked_in(municipality: Municipality, citizens: Citizens, networks: Mapping[str, Network]) -> AskedIn:
    """Where citizens are asked whether an answer helped."""
    if not municipality.ask_if_helped:
        return NOWHERE
    asking = (key for key, one in networks.items() if isinstance(one, AsksInPrivate) and one.may_ask)
    return AskedIn(citizens.source.value if citizens.private else "", frozenset(asking))


def citizens_of(municipality: Municipality, bot_name: str, messenger: MessengerSide) -> Citizens:
    """Where citizens may write in the messenger, according to the municipality's file; nowhere if the regulation has
    no such source."""
    source = next((one for one in Source if one == messenger.key), None)
    discussion, channel, private = _written_of(municipality) if source is not None else (None, "", False)
    return Citizens(
        discussion=discussion,
        channel=channel,
        private=private,
        governor=frozenset(municipality.governor_channels),
        formal_appeals=municipality.formal_appeals,
        place=municipality.name,
        bot_name=bot_name,
        source=source or Source.WEB,
        links=messenger.manners.links,
        notice=notice_of(municipality),
    )


def notice_of(municipality: Municipality) -> str:
    """The text that tells a citizen which data are kept (152-ФЗ); "" if the office sends none."""
    notice, days = municipality.notice, municipality.retention.cases
    if not notice.send or notice.text:
        return notice.text if notice.send and notice.text else ""
    return Texts(municipality.folders).plain(
        "notice.text",
        office=f"Администрация {municipality.name_of}",
        days=count(days, "день|дня|дней") if days is not None else "",
        contact=escape(notice.contact or municipality.formal_appeals),
    )


def _written_of(municipality: Municipality) -> tuple[int | None, str, bool]:
    """Where citizens may write in the office's own messenger: the group of comments, the channel's name, whether in
    private."""
    networks = municipality.networks
    if networks.messenger == "max":
        there = networks.max
        return (there.channel, (there.address or "").lower(), there.private) if there is not None else (None, "", False)
    written = networks.telegram
    if written is None:
        return None, "", False
    return written.discussion, (written.channel or "").removeprefix("@").lower(), written.private


def _appeals(citizens: Citizens) -> Appeals:
    if not citizens.private:
        return Appeals(citizens.formal_appeals)
    return Appeals(citizens.formal_appeals, citizens.bot_name, citizens.bot_link)


def _posted_at(citizens: Citizens, manners: Manners) -> Callable[[int, int], str]:
    """Make the function that links to a posted answer: to the message in the discussion group, or to the citizen's
    chat with the bot."""

    def link(chat: int, message: int) -> str:
        return citizens.link_to(chat, message) if manners.is_group(chat) else citizens.bot_link

    return link
