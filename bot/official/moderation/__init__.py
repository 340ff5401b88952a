"""Moderation: a moderator decides on comments under the municipality's own publications."""
