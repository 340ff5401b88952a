"""Notices and digests: who is told what, and how it reads."""
