"""What the local messengers share: the values people see, faults, cut connections, news for subscribers."""
