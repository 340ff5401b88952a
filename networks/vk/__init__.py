"""ВКонтакте over the vk-api library: the community's pages, private messages and watched walls of the district.

Imported only by code that talks to VK."""

from networks.vk.callback import CallbackAccess, callback_handler, callback_path
from networks.vk.network import VkAccess, VkNetwork
from networks.vk.watching import Watched
from networks.vk.wire import VkLimits

__all__ = ["CallbackAccess", "VkAccess", "VkLimits", "VkNetwork", "Watched", "callback_handler", "callback_path"]
