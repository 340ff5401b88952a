"""Words and buttons of messages about cases. Pure: read no database, send nothing."""
