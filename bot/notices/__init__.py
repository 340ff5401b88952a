"""Notices and digests: who is notified of what, and in which words."""
