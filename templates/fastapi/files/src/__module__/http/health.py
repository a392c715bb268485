"""For the platform: liveness, readiness and metrics."""

import asyncio

import structlog
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from ..observability.metrics import exposition
from ..resources import Resources

router = APIRouter(include_in_schema=False)
_log = structlog.get_logger()
_CHECK_TIMEOUT_SECONDS = 2


@router.get("/livez")
async def livez() -> Response:
    """200 as long as the process can answer; asks nothing else, since a restart would not help."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """200 where requests can be served, 503 while draining or where a dependency is away."""
    resources: Resources = request.app.state.resources
    names = list(resources.checks)
    results = dict(zip(names, await asyncio.gather(*(_passes(resources, name) for name in names)), strict=True))
    ready = all(results.values()) and not resources.draining
    status = "draining" if resources.draining else "ready" if ready else "not ready"
    checks = {name: "ok" if passed else "failed" for name, passed in results.items()}
    return JSONResponse({"status": status, "checks": checks}, 200 if ready else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Everything that is measured, for Prometheus."""
    body, content_type = exposition(request.headers.get("accept", ""))
    return Response(body, headers={"content-type": content_type})


async def _passes(resources: Resources, name: str) -> bool:
    try:
        async with asyncio.timeout(_CHECK_TIMEOUT_SECONDS):
            await resources.checks[name]()
    except Exception as error:
        _log.warning("readiness check failed", check=name, error=repr(error))
        return False
    return True
