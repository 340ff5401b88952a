"""Telegram behind the port `bot.messenger_side`. Only this package knows Telegram, and only `bot.process.messengers` knows
this package. It imports nothing by itself, so that asking what a channel takes does not import Telegram's library."""
