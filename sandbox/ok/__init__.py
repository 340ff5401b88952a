"""A simulated Одноклассники over HTTP: signed REST, the Bot API of group messages, webhooks."""
