"""The messenger's doors: updates in, wishes out. They send nothing and decide nothing."""
