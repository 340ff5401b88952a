"""Lists, registers and the monthly report for the leadership."""
