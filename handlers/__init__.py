"""The doors of the messenger: turn each incoming update into wishes (`handlers.wishes`). They send nothing, decide
nothing."""
