"""Plays a scenario through the real rules and storage on a clock of its own, so that a regulation can be tried in
advance.

cast       the scenario's municipality with everybody in it, and stand-ins for posts that nobody holds orders     the
vocabulary about cases: what can be done, with which fields, and the command for it scenario   the file as values, or
the line on which it cannot be understood player     plays the events and the alarms between them, one after another
lists      the moments at which the bot gives its daily lists by itself halves     plays a long scenario in several
processes outcome    the results, and the contract's JSON of them

`official` plays official pages, material and comments, and its acts are imported only if a scenario has them:

orders     the whole vocabulary, cases included acts       the events, what happens by itself and the letters; `stage`
holds what its parts have in common pages, materials, comments   the events of each; `networks`: what each network
accepts rounds     the moments of a day at which the bot examines pages by itself outcome    the results, and the
additional JSON of them
"""
