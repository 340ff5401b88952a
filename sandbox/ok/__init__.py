"""A simulated Одноклассники (OK) over HTTP: signed REST, the Bot API of group messages, webhooks."""
