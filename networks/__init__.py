"""The citizens' networks, one package each behind `port.py`: they deliver messages and accept answers."""
