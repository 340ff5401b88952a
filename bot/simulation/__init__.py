"""Play a scenario through the real desk and storage on a clock of its own, so that a regulation can be tried in
advance.

reading    reads a YAML file of tens of thousands of lines quickly, and remembers the line of everything in it
cast       the scenario's municipality with everybody it can address, and stand-ins for posts nobody holds
orders     the vocabulary: what can be done, with which fields, and the command for it
scenario   the file as values, or the line on which it cannot be understood
player     plays the events and the alarms between them, one after another
halves     plays a long scenario in several processes
outcome    the results: the contract's JSON, and tables for people

`official` plays official pages, material and comments, and is imported only if a scenario has them:

official_orders      the vocabulary of both halves
official             their events, their time and their letters; official_stage is what these have in common
official_pages, official_materials, official_comments, official_networks   the events of each, and what networks take
official_rounds      the moments of a day at which the bot looks at pages by itself
official_outcome     what came of them
"""
