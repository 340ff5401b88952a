"""The municipality's own pages: their registry, material for them, moderation of their comments, publications."""
