"""Ready answers in the curator's private chat: store, list, reword and remove them."""
