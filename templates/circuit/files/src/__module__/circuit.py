"""Stops asking what does not answer, so that it can recover and nobody waits for it in vain."""

import time
from collections.abc import Callable
from threading import Lock


class Circuit:
    """Open after some failures in a row: nothing is asked for a while, then one caller tries."""

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._pause = seconds
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._closed_from = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the last attempts have failed."""
        return self._failures >= self._limit

    def allows(self) -> bool:
        """Whether to ask now; where it says so, ``succeeded`` or ``failed`` must follow."""
        with self._lock:
            if self._failures < self._limit:
                return True
            if self._clock() < self._closed_from:
                return False
            self._closed_from = self._clock() + self._pause  # others wait for the one who tries
            return True

    def succeeded(self) -> bool:
        """Take note of an answer; True where it closes the circuit."""
        with self._lock:
            was_open = self._failures >= self._limit
            self._failures = 0
            return was_open

    def failed(self) -> bool:
        """Take note that there was none; True where it opens the circuit."""
        with self._lock:
            self._failures += 1
            if self._failures < self._limit:
                return False
            self._closed_from = self._clock() + self._pause
            return self._failures == self._limit
