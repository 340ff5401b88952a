"""Count how many events fit into a moving window of time, by the stopwatch, never by the calendar."""

from collections import deque


def window_wait(past: deque[float], now: float, window: float, most: int, weight: int = 1) -> float:
    """Return the seconds until `weight` more events fit into the window; remove those that have left it from `past`."""
    while past and past[0] <= now - window:
        past.popleft()
    excess = len(past) + weight - most
    return past[excess - 1] + window - now if excess > 0 else 0.0
