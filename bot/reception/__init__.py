"""Reception of updates (what messengers and networks deliver): store them in the inbox, read them in batches, do what
they ask."""
