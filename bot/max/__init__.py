"""MAX behind the port `bot.messenger_side`. Only this package knows MAX, and only `bot.process.messengers` knows this
package. docs/max.md says what is official, what others report and what must be tried with a real bot."""
