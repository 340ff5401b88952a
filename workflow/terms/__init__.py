"""Working time and what is reckoned in it: deadlines, alarms, reminders, explanations, blame."""
