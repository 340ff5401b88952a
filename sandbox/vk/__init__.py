"""A simulated VK on localhost: communities with walls and messages, reached over HTTP like the real one."""
