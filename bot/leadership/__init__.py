"""Lists, registers and the monthly report for those who lead."""
