"""ВКонтакте: community's pages and private messages, other walls of the district, over the vk-api library. Imported
only where VK is spoken to."""

from networks.vk.callback import CallbackAccess, callback_handler, callback_path
from networks.vk.network import VkAccess, VkNetwork
from networks.vk.watching import Watched
from networks.vk.wire import Limits

__all__ = ["CallbackAccess", "Limits", "VkAccess", "VkNetwork", "Watched", "callback_handler", "callback_path"]
