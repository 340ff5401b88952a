"""Delivery: sends the letters (queued messages) of the outbox; nothing else sends (DESIGN rule 2). Entry point:
`Delivery`; `ports` lists what it needs.

ports      the interfaces delivery needs: a renderer for letters, a report of how a posting ended parcel     splits a
letter into the single messages it is sent as. Pure ledger     records the outcome of each try in the books carrier
sends one letter to the messenger posting    posts one answer to a citizens' network, never twice moderating passes a
moderation decision about a comment on to its network rounds     picks the lanes (queues of one chat or network) that
may send now; runs the loop
"""

from bot.delivery.ports import Act, Carried, Failed, First, Post, Rendered, Renderer, Report, Show
from bot.delivery.rounds import Delivery

__all__ = ["Act", "Carried", "Delivery", "Failed", "First", "Post", "Rendered", "Renderer", "Report", "Show"]
