"""ВКонтакте: community's wall and private messages, over the vk-api library. Imported only where VK is
spoken to."""

from networks.vk.network import VkAccess, VkNetwork
from networks.vk.wire import Limits

__all__ = ["Limits", "VkAccess", "VkNetwork"]
