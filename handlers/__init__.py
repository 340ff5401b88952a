"""The messenger's doors turn updates into wishes. They send nothing and decide nothing."""
