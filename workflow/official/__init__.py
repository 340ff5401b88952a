"""Rules of the municipality's own pages: registry, material, moderation, publications."""
