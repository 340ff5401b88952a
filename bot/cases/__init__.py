"""Cases: what a press or a word does to one, what its letters show, its words and buttons."""
