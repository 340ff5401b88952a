"""Одноклассники: comments under a group's topics and the group's messages. Imported only if OK is configured."""

from networks.ok.network import OkAccess, OkNetwork, Pace
from networks.ok.webhook import PATH as WEBHOOK_PATH
from networks.ok.webhook import read_webhook, webhook_handler, webhook_url
from networks.ok.wire import OkLimits, Session

__all__ = [
    "WEBHOOK_PATH",
    "OkAccess",
    "OkLimits",
    "OkNetwork",
    "Pace",
    "Session",
    "read_webhook",
    "webhook_handler",
    "webhook_url",
]
