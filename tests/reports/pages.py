"""The pages of one October for the report's tests: with a norm by day, by week and without one; and their publications."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reports.pages import KeptPage, PagesSection, pages_section
from reports.period import Month
from reports.reading import Report
from tests.reports.cases import NOW, OCTOBER, october, report
from tests.rules.offices import MOSCOW, at
from workflow.official.page_items import Format
from workflow.official.publications import Publication
from workflow.regulation import PublicationNorm

A_DAY = PublicationNorm("administration", "day", 2, 3, "4")
A_WEEK = PublicationNorm("units", "week", 3, 3, "приложение 2, 10", recommended=True)
PAGES = (
    KeptPage(1, "Округ", "vk", "administration", A_DAY, date(2026, 9, 1)),
    KeptPage(2, "=ЖКХ", "telegram", "unit", A_WEEK, date(2026, 10, 5)),
    KeptPage(3, "Глава", "ok", "head", None, date(2026, 9, 1)),
    KeptPage(4, "Закрытая", "vk", "unit", A_WEEK, date(2026, 8, 1), date(2026, 9, 20)),
)
TEXT, PHOTO = (Format.TEXT,), (Format.TEXT, Format.PHOTO)
PUBLISHED = (
    Publication(1, at("2026-09-30 23:59"), "https://vk.com/wall-1_1", formats=TEXT),
    Publication(1, at("2026-10-01 00:00"), "https://vk.com/wall-1_2", formats=PHOTO),
    Publication(1, at("2026-10-01 23:59"), "https://vk.com/wall-1_3", formats=PHOTO),
    Publication(1, at("2026-10-02 10:00"), "https://vk.com/wall-1_4", formats=TEXT),
    Publication(1, at("2026-10-02 11:00"), "https://vk.com/wall-1_5"),
    Publication(1, at("2026-10-02 12:00"), "https://vk.com/wall-1_6", formats=(Format.LIVE,)),
    Publication(2, at("2026-10-05 09:00"), "https://t.me/zhkh/1", formats=TEXT),
    Publication(2, at("2026-10-11 23:00"), "https://t.me/zhkh/2", formats=TEXT),
    Publication(2, at("2026-10-11 23:30"), "https://t.me/zhkh/3", formats=TEXT),
    Publication(2, at("2026-10-12 00:00"), "https://t.me/zhkh/4", formats=TEXT),
    Publication(2, at("2026-10-27 12:00"), "https://t.me/zhkh/5", formats=TEXT),
    Publication(3, at("2026-10-20 12:00"), "https://ok.ru/group/1/topic/1", formats=TEXT),
)


def section(month: Month = OCTOBER, now: str = "") -> PagesSection:
    return pages_section(PAGES, PUBLISHED, month, at(now) if now else NOW, MOSCOW)


def with_pages() -> Report:
    found = report(october())
    before = section(OCTOBER.before)
    return replace(found, figures=replace(found.figures, pages=section()), before=replace(found.before, pages=before))
