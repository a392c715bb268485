"""For the platform: liveness, readiness and metrics."""

from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog
from flask import Blueprint, Response, current_app, jsonify, request

from ..observability.metrics import exposition
from ..resources import Resources

blueprint = Blueprint("health", __name__)
_log = structlog.get_logger()
_CHECK_TIMEOUT_SECONDS = 2
_threads = ThreadPoolExecutor(thread_name_prefix="check")


@blueprint.get("/livez")
def livez() -> Response:
    """200 as long as the process can answer; asks nothing else, since a restart would not help."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 where requests can be served, 503 while draining or where a dependency is away."""
    resources: Resources = current_app.extensions["resources"]
    running = {name: _threads.submit(check) for name, check in resources.checks.items()}
    wait(running.values(), _CHECK_TIMEOUT_SECONDS)
    results = {name: _has_passed(name, check) for name, check in running.items()}
    ready = all(results.values()) and not resources.draining
    status = "draining" if resources.draining else "ready" if ready else "not ready"
    checks = {name: "ok" if passed else "failed" for name, passed in results.items()}
    return jsonify(status=status, checks=checks), 200 if ready else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Everything that is measured, for Prometheus."""
    body, content_type = exposition(request.headers.get("accept", ""))
    return Response(body, content_type=content_type)


def _has_passed(name: str, check: Future[None]) -> bool:
    if check.done() and check.exception() is None:
        return True
    error = check.exception() if check.done() else TimeoutError()
    _log.warning("readiness check failed", check=name, error=repr(error))
    return False
