"""A pretended Одноклассники on HTTP: signed REST, the Bot API of group messages, webhooks."""
