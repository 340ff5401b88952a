"""What the simulated messengers share: the values people see, faults, cut connections, events for subscribers."""
