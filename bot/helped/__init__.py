"""Whether an answer helped: the question to the citizen in private, and what follows from the reply."""
