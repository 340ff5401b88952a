"""Delivery: drains the outbox and is the only sender (DESIGN rule 2). `Delivery` is the way in; `ports` is what it asks for.

ports      what delivery is given: words for a letter, somebody to tell how a posting ended
parcel     what a letter comes to: the single messages it is sent as. Pure
ledger     how the end of each try is kept in the books
carrier    one letter to the messenger
posting    one answer to a citizens' network: never a double comment
moderating what was decided about a comment, told to its network
rounds     which lane may go now; the loop
"""

from bot.delivery.ports import Act, Carried, Failed, Post, Rendered, Renderer, Report, Show
from bot.delivery.rounds import Delivery

__all__ = ["Act", "Carried", "Delivery", "Failed", "Post", "Rendered", "Renderer", "Report", "Show"]
