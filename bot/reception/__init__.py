"""The way in: updates are kept, read in batches, and what they wish is granted."""
