"""Telegram behind the port `bot.messenger_side`. Only this package knows Telegram, and only `bot.process.messengers`
knows this package. Importing it alone imports nothing, so that a question about channels' limits does not load
Telegram's library."""
