"""Whether an answer helped: the question to a citizen in private, and what follows from the answer."""
