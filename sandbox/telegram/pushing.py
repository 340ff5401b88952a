"""Webhooks of the simulated Telegram: updates sent to the bot's address, as Telegram's open-source Bot API server does.

The messages of one chat are sent one after another, and so are the button presses of one person; chats do not wait for
each other. After any status but 2xx the update is sent again: first at once, then after 2, 4, 8 … (at most 60) seconds
of the sandbox's stopwatch, until the update expires.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

import aiohttp

from sandbox.telegram.account import BotAccount, Update, Verbatim
from sandbox.telegram.memory import Memory

HEADER = "X-Telegram-Bot-Api-Secret-Token"
ANSWER_SECONDS = 60.0
LONGEST_DELAY = 60.0
LOOK_SECONDS = 0.02


@dataclass
class _Line:
    """The retry state of one chat's updates, or of one person's button presses: `delay` in seconds, `fails` in a row,
    `not_before` on the stopwatch.
    """

    delay: float = 1.0
    fails: int = 0
    not_before: float = 0.0


@dataclass
class Pusher:
    """Sends the queued updates of every bot that has a webhook.

    `fronts`: for each public origin (https://name), the addresses on this machine that serve it, used in turn, such as
    the reverse proxy. An origin without an entry gets nothing, and the update stays queued. `statuses`: all statuses so
    far.
    """

    world: Memory
    fronts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    _lines: dict[tuple[str, str, int], _Line] = field(default_factory=dict)
    _turn: "count[int]" = field(default_factory=count)

    async def run(self) -> None:
        """Push the due updates for ever, with a short pause whenever there are none; end by cancelling the task."""
        while True:
            if not await self.push():
                await asyncio.sleep(LOOK_SECONDS)

    async def push(self) -> list[int]:
        """Send the first due update of each chat and each presser at once; return the HTTP statuses (0: no answer)."""
        due = [(account, update) for account in self.world.accounts.values() for update in self._due(account)]
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)) as session:
            found = await asyncio.gather(*(self._send(session, account, update) for account, update in due))
        for (account, update), status in zip(due, found, strict=True):
            self._heard(account, update, status)
        self.statuses += found
        return list(found)

    def _due(self, account: BotAccount) -> list[Update]:
        if not account.webhook:
            return []
        account.fetch(0, 1, self.world.now())  # drops the expired
        first: dict[tuple[str, str, int], Update] = {}
        for update in account.queue:
            first.setdefault(_line_of(account, update), update)
        now = self.world.clock.monotonic()
        return [update for key, update in first.items() if self._lines.setdefault(key, _Line()).not_before <= now]

    async def _send(self, session: aiohttp.ClientSession, account: BotAccount, update: Update) -> int:
        url = urlsplit(str(account.webhook["url"]))
        behind = self.fronts.get(f"{url.scheme}://{url.netloc}", ())
        if not behind:
            return 0
        target = behind[next(self._turn) % len(behind)] + url.path
        written = update.as_json()
        body = written.written if isinstance(written, Verbatim) else json.dumps(written, ensure_ascii=False)
        headers = {"Content-Type": "application/json"}
        if account.webhook_secret:
            headers[HEADER] = account.webhook_secret
        try:
            async with session.post(target, data=body.encode(), headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    def _heard(self, account: BotAccount, update: Update, status: int) -> None:
        key = _line_of(account, update)
        if 200 <= status <= 299:
            self._lines[key] = _Line()
            account.queue = type(account.queue)(one for one in account.queue if one.id != update.id)
            return
        line = self._lines[key]
        line.delay = min(line.delay * 2, LONGEST_DELAY) if line.fails else line.delay
        line.not_before = self.world.clock.monotonic() + (line.delay if line.fails else 0.0)
        line.fails += 1
        account.webhook["last_error_message"] = f"Wrong response from the webhook: {status}" if status else "no answer"
        account.webhook["last_error_date"] = int(self.world.now().timestamp())


def _line_of(account: BotAccount, update: Update) -> tuple[str, str, int]:
    pressed = update.kind == "callback_query"
    about = update.body.get("from" if pressed else "chat") or {}
    return account.token, "pressed" if pressed else "said", int(about.get("id", update.id))
