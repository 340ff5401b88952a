"""The rules: what a case is, who may do what, what is due when. No clock, database, network or messenger here."""
