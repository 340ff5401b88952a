"""MAX behind the port `bot.messenger_side`. Only this package knows MAX, and only `bot.process.messengers` knows this
package. What is official, what is somebody's word and what must be tried first with a real bot: docs/max.md."""
