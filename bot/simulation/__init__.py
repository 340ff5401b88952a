"""A scenario played through the real desk and storage on a clock of its own, so that a regulation can be tried in advance.

reading    a YAML file of tens of thousands of lines, quickly, with the line of everything in it
cast       the municipality of the scenario with everybody it can address, stand-ins for posts nobody holds
orders     the vocabulary: what may be done, with what, and the command it is
scenario   the file as values, or the line on which it cannot be understood
player     the events and the alarms between them, one after another
halves     a long scenario played by several processes
outcome    what came of it: the contract's JSON, and tables for people

Official pages, material and comments, read only where a scenario has them:

official_orders      the vocabulary of both halves
official             their events, their time and their letters; official_stage is what these have in common
official_pages, official_materials, official_comments, official_networks   the events of each, and what networks take
official_rounds      the moments of a day at which the bot looks at pages by itself
official_outcome     what came of them
"""
