"""Notices and digests: who is notified of what happened or falls due, and in which words."""
