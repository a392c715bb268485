"""For the platform: liveness, readiness and metrics."""

from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from ..apps import service
from ..observability.metrics import exposition

_log = structlog.get_logger()
_CHECK_TIMEOUT_SECONDS = 2
_threads = ThreadPoolExecutor(thread_name_prefix="check")


@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process can answer; asks nothing else, since a restart would not help."""
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 where requests can be served, 503 while draining or where a dependency is away."""
    resources = service().resources
    running = {name: _threads.submit(check) for name, check in resources.checks.items()}
    wait(running.values(), _CHECK_TIMEOUT_SECONDS)
    results = {name: _has_passed(name, check) for name, check in running.items()}
    ready = all(results.values()) and not resources.draining
    status = "draining" if resources.draining else "ready" if ready else "not ready"
    checks = {name: "ok" if passed else "failed" for name, passed in results.items()}
    return JsonResponse({"status": status, "checks": checks}, status=200 if ready else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything that is measured, for Prometheus."""
    body, content_type = exposition(request.headers.get("accept", ""))
    return HttpResponse(body, content_type=content_type)


def _has_passed(name: str, check: Future[None]) -> bool:
    if check.done() and check.exception() is None:
        return True
    error = check.exception() if check.done() else TimeoutError()
    _log.warning("readiness check failed", check=name, error=repr(error))
    return False
