"""Citizens' cases: carry out what a button press or a message asks of a case, render its letters, word its screens and
buttons."""
