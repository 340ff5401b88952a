"""`python -m tests.prove`: run the slow proofs (see `tests.prove.parts`)."""

from tests.prove.parts import main

main()
