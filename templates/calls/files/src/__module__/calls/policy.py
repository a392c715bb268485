"""When a call is repeated, how long it may take, and what goes along with it."""

import math
from dataclasses import dataclass
from random import SystemRandom
from threading import Lock
from time import monotonic

import httpx2
from prometheus_client import Counter, Histogram

from ..errors import DependencyUnavailableError
from ..observability.context import current_request

FAILURES_IN_A_ROW = 5
PAUSE_SECONDS = 10
SECONDS_LEFT_HEADER = "x-request-timeout-ms"
RETRIED_STATUSES = frozenset({429, 502, 503, 504})
_IDEMPOTENT = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PUT"})
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
_RETRIES_PER_CALL = 0.1
_MOST_RETRIES = 10.0

_random = SystemRandom()
_calls = Counter("calls", "Calls to other services, by what came of them", ["service", "outcome"])
_duration = Histogram("call_duration_seconds", "Time of a call with all its attempts", ["service"])


@dataclass(frozen=True, slots=True)
class Call:
    """What another service is asked."""

    method: str
    path: str
    body: bytes | None = None
    idempotency_key: str | None = None

    @property
    def may_be_repeated(self) -> bool:
        """Whether it has the same effect twice as once."""
        return self.method in _IDEMPOTENT or self.idempotency_key is not None

    def headers(self, seconds_left: float) -> dict[str, str]:
        """The names of the request that this is done for, and the time that is left for it."""
        headers = {SECONDS_LEFT_HEADER: str(math.ceil(seconds_left * 1000))}
        request = current_request.get()
        if request is not None:
            headers |= request.outgoing_headers()
        if self.body is not None:
            headers["content-type"] = "application/json"
        if self.idempotency_key is not None:
            headers["idempotency-key"] = self.idempotency_key
        return headers


class RetryBudget:
    """Retries are a share of the calls: when many fail, most are not repeated."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left = _MOST_RETRIES

    def earn(self) -> None:
        """Count a call."""
        with self._lock:
            self._left = min(self._left + _RETRIES_PER_CALL, _MOST_RETRIES)

    def spend(self) -> bool:
        """Take a retry, if there is one left."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True


def seconds_left(request_timeout: float) -> float:
    """What is left of the time of the request; all of it where there is none."""
    request = current_request.get()
    if request is None or request.started is None:
        return request_timeout
    return request.started + request_timeout - monotonic()


def pause_before(attempt: int) -> float:
    """Seconds before the second attempt and later ones: up to twice as many each time, anything in between (full jitter)."""
    ceiling: float = min(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 2), _LONGEST_PAUSE_SECONDS)
    return _random.uniform(0, ceiling)


def failure_of(response: httpx2.Response) -> str | None:
    """Why an answer counts as none."""
    return f"answered {response.status_code}" if response.status_code in RETRIED_STATUSES else None


def unavailable(service: str, reason: str) -> DependencyUnavailableError:
    """The refusal that tells of it; the reason is for the log."""
    error = DependencyUnavailableError(f"The service {service} does not answer")
    error.add_note(reason)
    return error


def observe(service: str, outcome: str, seconds: float) -> None:
    """Count a call."""
    _calls.labels(service, outcome).inc()
    _duration.labels(service).observe(seconds)
