"""Comments under the municipality's own publications, decided on by a moderator."""
