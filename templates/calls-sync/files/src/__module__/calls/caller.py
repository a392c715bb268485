"""One way to one service."""

from threading import Semaphore
from time import perf_counter, sleep

import httpx2
import structlog

from ..circuit import Circuit
from ..settings import Settings
from .policy import (
    FAILURES_IN_A_ROW,
    PAUSE_SECONDS,
    Call,
    RetryBudget,
    failure_of,
    observe,
    pause_before,
    seconds_left,
    unavailable,
)

_log = structlog.get_logger()


class Caller:
    """Asks a service: for a limited time, not too often, not too many at once, and not while it is down."""

    def __init__(self, service: str, url: str, settings: Settings) -> None:
        self._service = service
        self._settings = settings
        self._client = httpx2.Client(base_url=url, timeout=settings.call_timeout_seconds, trust_env=False)
        self._places = Semaphore(settings.call_concurrency)
        self._circuit = Circuit(FAILURES_IN_A_ROW, PAUSE_SECONDS)
        self._budget = RetryBudget()

    def send(self, call: Call) -> httpx2.Response:
        """The service's answer, whatever its status, unless it says that it cannot answer now.

        Raises:
            DependencyUnavailableError: where there is no answer.
        """
        if not self._places.acquire(blocking=False):
            observe(self._service, "refused", 0)
            raise unavailable(self._service, "too many calls run")
        started = perf_counter()
        outcome = "failed"
        try:
            response = self._try(call)
            outcome = "answered"
            return response
        finally:
            self._places.release()
            observe(self._service, outcome, perf_counter() - started)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def _try(self, call: Call) -> httpx2.Response:
        self._budget.earn()
        attempts = self._settings.call_attempts if call.may_be_repeated else 1
        reason = "is not asked after its failures"
        for attempt in range(1, attempts + 1):
            pause = pause_before(attempt) if attempt > 1 else 0
            if attempt > 1 and (pause >= self._time_left() or not self._budget.spend()):
                break
            sleep(pause)
            if self._time_left() <= 0 or not self._circuit.allows():
                break
            response, failure = self._attempt(call)
            if response is not None and failure is None:
                if self._circuit.succeeded():
                    _log.info("the service answers again", service=self._service)
                return response
            reason = failure or reason
            if self._circuit.failed():
                _log.warning("the service does not answer", service=self._service, reason=reason)
        raise unavailable(self._service, reason)

    def _attempt(self, call: Call) -> tuple[httpx2.Response | None, str | None]:
        left = self._time_left()
        timeout = min(self._settings.call_timeout_seconds, left)
        request = self._client.build_request(
            call.method, call.path, content=call.body, headers=call.headers(left), timeout=timeout
        )
        try:
            response = self._client.send(request)
        except httpx2.TransportError as error:
            return None, repr(error)
        return response, failure_of(response)

    def _time_left(self) -> float:
        return seconds_left(self._settings.request_timeout_seconds)
