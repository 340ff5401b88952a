"""A VK on localhost: communities with walls and messages, spoken to over HTTP as the real one is."""
