"""Ready answers in the curator's private chat: keeping, listing, rewording, removing."""
