"""Incoming updates: store them in the inbox, read them in batches, carry out the wishes they contain."""
