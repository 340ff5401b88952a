"""What the leadership asks for: lists of cases, the register of violations, documents, and the monthly report."""
