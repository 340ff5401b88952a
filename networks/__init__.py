"""The citizens' networks: what each gives (messages) and takes (answers). One module a network, behind
`port.py`."""
