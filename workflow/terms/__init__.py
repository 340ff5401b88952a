"""Working time, and what is computed from it: deadlines, alarms, reminders, explanations, the register."""
