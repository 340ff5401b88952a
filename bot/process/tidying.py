"""The daily tidying of one municipality: what was kept for the work's sake goes a fixed term later. Journal, cases and drafts
stay; the terms of keeping of people's words are the office's own (`bot.process.retention`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import acquaintances
from storage.ahead import AheadBook
from storage.books import Books

KEEP_DONE = timedelta(days=8)
KEEP_UNDELIVERED = timedelta(days=90)
KEEP_LESSONS = timedelta(days=365)
KEEP_LATELY = timedelta(days=30)
KEEP_AHEAD = timedelta(days=14)
KEEP_LOOKOUTS = timedelta(days=90)
KEEP_ANSWERED = timedelta(days=1)
"""How long the text in an answered question is kept: «Это проект ответа?» — «Нет» leaves no text behind."""
KEEP_UNANSWERED = timedelta(days=90)
KEEP_ACQUAINTANCES = timedelta(days=365)


async def tidy(books: Books, municipality: str, now: datetime, keep_seen: timedelta) -> None:
    """Delete what is older than its term."""
    async with books.write(municipality) as tx:
        await tx.inbox.forget_done(now - KEEP_DONE)
        await tx.outbox.forget_sent(now - KEEP_DONE)
        await tx.outbox.forget_undelivered(now - KEEP_UNDELIVERED)
        await tx.questions.forget(now - KEEP_ANSWERED, now - KEEP_UNANSWERED, now)
        await tx.seen.forget(now - keep_seen)
        await AheadBook(tx).forget(now - KEEP_AHEAD)
        await tx.lessons.forget(now - KEEP_LESSONS)
        await tx.waves.forget(now - KEEP_LATELY)
        await tx.afterwards.forget(now - KEEP_LOOKOUTS)
        await acquaintances.forget(tx, now - KEEP_ACQUAINTANCES)
        await acquaintances.forget_entrances(tx, now)
