"""How many events fit into a moving window of time; counted on the stopwatch, never on the calendar."""

from collections import deque


def window_wait(past: deque[float], now: float, window: float, most: int, weight: int = 1) -> float:
    """Seconds until `weight` more events fit into the window; drops those that have left it."""
    while past and past[0] <= now - window:
        past.popleft()
    excess = len(past) + weight - most
    return past[excess - 1] + window - now if excess > 0 else 0.0
