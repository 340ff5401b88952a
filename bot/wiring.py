"""Wiring: from a municipality, its secrets and a messenger to a bot that can be run or stepped. No rules and no loops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from bot.absences import AbsenceGranting
from bot.afterwards import Afterwards
from bot.app import Municipal
from bot.citizens import CitizenGranting
from bot.clock import Clock
from bot.daily import DailyRound
from bot.delivery import Delivery
from bot.digests import Digests
from bot.files import FileStore
from bot.finding import Finding
from bot.found_granting import FoundGranting
from bot.handing_over import HandingOver
from bot.hearing import HearingGranting
from bot.importing import Importing
from bot.intake import MessengerIntake, NetworkIntake
from bot.leadership import Leadership
from bot.limits import Pace
from bot.material import MaterialDesk, MaterialGranting, MaterialReporting
from bot.material_shown import MaterialShown
from bot.menus import OfficeMenus
from bot.moderation import ModerationGranting
from bot.monthly import MonthlyReport
from bot.offices import Offices
from bot.page.session import HERE, Entrance
from bot.pages import PageGranting, PageTasks
from bot.postroom import Postroom
from bot.proposing import Proposing
from bot.published import PublicationCare, PublicationWatch
from bot.reception import Reception
from bot.rendering import Rendering, Reporting
from bot.screens import Screens
from bot.screens.moderation import Appeals
from bot.telegram import Telegram, TelegramNetwork
from bot.ticker import Ticker
from bot.waves import WaveWatch
from bot.wishing import Granting
from config import detection, incidents
from config.imports import load_plan
from config.municipality import Municipality
from config.texts import Texts
from handlers.public import Citizens, link_to
from networks.port import Network
from networks.silent import Silent
from storage.books import Books
from workflow.desk import Desk


def wire(
    municipality: Municipality,
    books: Books,
    telegram: Telegram,
    networks: Mapping[str, Network],
    clock: Clock,
    bot_name: str,
    files: Path,
    public_url: str = HERE,
) -> Municipal:
    """One municipality's bot; nothing is running yet and nothing has been sent. `files`: the folder of kept files;
    `public_url`: where the page is found from outside."""
    offices = Offices(municipality)
    citizens, pace = citizens_of(municipality, bot_name), Pace()
    here = TelegramNetwork(telegram, pace, clock, _posted_at(citizens), citizens.discussion)
    networks = {**networks, "telegram": here}
    screens = Screens(Texts(municipality.folders))
    store = FileStore(files)
    desk = Desk(offices.at, Postroom(municipality.detection.list_after))
    handing_over = HandingOver(offices)
    materials = MaterialDesk(networks, store)
    granting = _granting(municipality, desk, screens, offices, handing_over, bot_name.lower(), materials, networks)
    granting.finding.prepare(offices.today(municipality.key))
    keep_seen = timedelta(days=municipality.detection.seen_days)
    leadership, shown = Leadership(books, offices, screens), MaterialShown(screens, store, networks)
    appeals = Appeals(municipality.formal_appeals, bot_name if citizens.private else "")
    rendering = Rendering(offices, screens, store, networks, clock, leadership, shown, Entrance(public_url), appeals)
    reporting = Reporting(desk, clock, MaterialReporting(materials, offices))
    delivery = Delivery(books, municipality.key, telegram, networks, rendering, reporting, pace, clock)
    reception = Reception(books, municipality.key, granting, telegram, networks, store, clock, citizens)
    bot = Municipal(
        key=municipality.key,
        books=books,
        offices=offices,
        telegram=telegram,
        reception=reception,
        ticker=Ticker(
            books,
            municipality.key,
            desk,
            clock,
            delivery.wake,
            handing_over,
            keep_seen,
            _daily(municipality, offices),
        ),
        delivery=delivery,
        intake=MessengerIntake(books, municipality.key, telegram, clock, lambda: bot.wake()),
        networks=_intakes(books, municipality.key, networks, clock, lambda: bot.wake()),
        clock=clock,
        menus=OfficeMenus(books, municipality.key, telegram, screens) if citizens.private else None,
        afterwards=Afterwards(
            books, municipality.key, desk, networks, offices.today, clock, delivery.wake, municipality.afterwards
        ),
        care=PublicationCare(books, municipality.key, networks, clock),
    )
    return bot


def _daily(municipality: Municipality, offices: Offices) -> DailyRound:
    monthly, pages = MonthlyReport(municipality.monthly_report), PageTasks(municipality.pages)
    return DailyRound(offices.today, (*monthly.tasks, *pages.tasks, *Digests(offices).tasks))


def _intakes(
    books: Books, key: str, networks: Mapping[str, Network], clock: Clock, wake: Callable[[], None]
) -> list[NetworkIntake]:
    """Those that have something to be listened to."""
    heard = (network for network in networks.values() if not isinstance(network, Silent))
    return [NetworkIntake(books, key, network, clock, wake) for network in heard]


def _granting(
    municipality: Municipality,
    desk: Desk,
    screens: Screens,
    offices: Offices,
    handing_over: HandingOver,
    bot_name: str,
    materials: MaterialDesk,
    networks: Mapping[str, Network],
) -> Granting:
    """Who grants what the doors wish."""
    finding = Finding(
        desk,
        offices.today,
        detection.detector(municipality.places, municipality.danger),
        WaveWatch(municipality.detection.wave),
        incidents.load_signs(municipality.folders),
        Proposing(offices.today, municipality.detection.list_after),
    )
    return Granting(
        desk,
        screens,
        offices.today,
        finding,
        FoundGranting(finding, screens),
        bot_name,
        AbsenceGranting(offices, handing_over, screens),
        CitizenGranting(screens),
        PageGranting(screens),
        ModerationGranting(screens, finding),
        MaterialGranting(materials, screens),
        HearingGranting(offices, screens),
        PublicationWatch(offices.today),
        Importing(municipality, load_plan(municipality.folders), finding),
        networks,
    )


def citizens_of(municipality: Municipality, bot_name: str) -> Citizens:
    """Where citizens may write by the messenger, as the file says."""
    written = municipality.networks.telegram
    return Citizens(
        discussion=written.discussion if written else None,
        channel=(written.channel or "").removeprefix("@").lower() if written else "",
        private=written.private if written else False,
        governor=frozenset(municipality.governor_channels),
        formal_appeals=municipality.formal_appeals,
        place=municipality.name,
        bot_name=bot_name,
    )


def _posted_at(citizens: Citizens) -> Callable[[int, int], str]:
    """Where an answer is found: in the discussion group, or in the citizen's chat with the bot."""

    def link(chat: int, message: int) -> str:
        return link_to(citizens, chat, message) if chat < 0 else f"https://t.me/{citizens.bot_name}"

    return link
