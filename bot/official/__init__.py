"""The municipality's own pages in the networks: their registry, material for them, moderation of their comments,
publications."""
