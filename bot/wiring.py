"""Wiring: from a municipality, its secrets and a messenger to a bot that can be run or stepped. No rules and no loops."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.app import Municipal
from bot.clock import Clock
from bot.delivery import Delivery
from bot.files import FileStore
from bot.intake import MessengerIntake, NetworkIntake
from bot.limits import Pace
from bot.offices import Offices
from bot.postroom import Postroom
from bot.reception import Reception
from bot.rendering import Rendering, Reporting
from bot.screens import Screens
from bot.telegram import Telegram
from bot.ticker import Ticker
from bot.wishing import Granting
from config import detection
from config.municipality import Municipality
from config.texts import Texts
from networks.port import Network
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
) -> Municipal:
    """One municipality's bot; nothing is running yet and nothing has been sent. `files`: the folder of kept files."""
    offices = Offices(municipality)
    screens = Screens(Texts(municipality.folders))
    store = FileStore(files)
    desk = Desk(offices.at, Postroom())
    granting = Granting(
        desk, screens, offices.today, detection.detector(municipality.places, municipality.danger), bot_name.lower()
    )
    rendering = Rendering(offices, screens, store, networks, clock)
    delivery = Delivery(books, municipality.key, telegram, networks, rendering, Reporting(desk, clock), Pace(), clock)
    reception = Reception(books, municipality.key, granting, telegram, networks, store, clock)
    bot = Municipal(
        key=municipality.key,
        books=books,
        offices=offices,
        telegram=telegram,
        reception=reception,
        ticker=Ticker(books, municipality.key, desk, clock, delivery.wake),
        delivery=delivery,
        intake=MessengerIntake(books, municipality.key, telegram, clock, lambda: bot.wake()),
        networks=[NetworkIntake(books, municipality.key, n, clock, lambda: bot.wake()) for n in networks.values()],
        clock=clock,
    )
    return bot
