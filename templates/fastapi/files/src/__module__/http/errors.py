"""Every error as a problem document."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from ..errors import ServiceError
from ..problems import InvalidField, problem, problem_of
from .answers import problem_response


def install(app: FastAPI) -> None:
    """Let the application answer refusals, invalid requests and unknown paths with problem documents."""
    app.exception_handler(ServiceError)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http_error)


async def _refused(request: Request, error: ServiceError) -> Response:
    return problem_response(problem_of(error), request.url.path)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    document = problem(422, "The request is not valid", kind="invalid-request")
    document.errors = [InvalidField(pointer=_pointer(e["loc"]), detail=e["msg"]) for e in error.errors()]
    return problem_response(document, request.url.path)


async def _http_error(request: Request, error: HTTPException) -> Response:
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == 405:
        headers["allow"] = ", ".join(sorted(_allowed_methods(request)))
    detail = error.detail if error.status_code not in (404, 405) else None
    return problem_response(problem(error.status_code, detail), request.url.path, headers)


def _pointer(location: tuple[int | str, ...]) -> str:
    where, *path = location
    return "/".join(["#", *map(str, path)]) if where == "body" else ".".join(map(str, path))


def _allowed_methods(request: Request) -> set[str]:
    """Of all routes for the path; Starlette names those of the first one alone."""
    routes = iter_route_contexts(request.app.routes)
    return {m for route in routes if route.matches(request.scope)[0] is not Match.NONE for m in route.methods or ()}
