"""Pages of other sites by a link a person gave: what stands there, read safely. Answers there are posted by hand."""

from networks.web.network import WebNetwork
from networks.web.wire import Connect, Limits, Resolve, Wire

__all__ = ["Connect", "Limits", "Resolve", "WebNetwork", "Wire"]
