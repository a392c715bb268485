"""Metrics of the HTTP interface, labelled by route template so that the number of series is bounded."""

from functools import lru_cache

from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder

UNMATCHED = "unmatched"
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

_requests = Counter("http_requests", "Requests answered", ["method", "route", "status"])
_duration = Histogram("http_request_duration_seconds", "Time to answer a request", ["method", "route"])
in_progress = Gauge("http_requests_in_progress", "Requests being answered")


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered; ``route`` is the template, or UNMATCHED."""
    requests, duration = _series(method if method in _METHODS else "OTHER", route, status)
    requests.inc()
    duration.observe(seconds)


@lru_cache(maxsize=1024)
def _series(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return _requests.labels(method, route, str(status)), _duration.labels(method, route)


def exposition(accept: str) -> tuple[bytes, str]:
    """All metrics in the format that the scraper accepts, and its content type."""
    encode, content_type = choose_encoder(accept)
    return encode(REGISTRY), content_type
