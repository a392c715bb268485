"""Every error as a problem document."""

import pydantic
import structlog
from apiflask import APIFlask, HTTPError
from flask import Request, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ..errors import ServiceError
from ..problems import InvalidField, Problem, problem, problem_of
from .answers import problem_response

_log = structlog.get_logger()


class InvalidJsonError(Exception):
    """The body of a request is not JSON."""


class JsonRequest(Request):
    """A request whose body is invalid like any other that does not fit its model, where it is not even JSON."""

    def on_json_loading_failed(self, e: ValueError | None) -> None:
        raise InvalidJsonError from e


def install(app: APIFlask) -> None:
    """Let the application answer refusals, invalid requests, unknown paths and failures with problem documents."""
    app.request_class = JsonRequest
    app.register_error_handler(ServiceError, _refused)
    app.register_error_handler(HTTPError, _invalid)
    app.register_error_handler(InvalidJsonError, _not_json)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)


def _refused(error: ServiceError) -> Response:
    return problem_response(problem_of(error), request.path)


def _invalid(error: HTTPError) -> Response:
    cause = error.__cause__
    if not isinstance(cause, pydantic.ValidationError):
        return problem_response(problem(error.status_code, error.message), request.path)
    (where,) = error.detail
    fields = [InvalidField(pointer=_pointer(where, e["loc"]), detail=e["msg"]) for e in cause.errors()]
    return problem_response(_invalid_request(fields), request.path)


def _not_json(_error: InvalidJsonError) -> Response:
    return problem_response(_invalid_request([InvalidField(pointer="#", detail="Not valid JSON")]), request.path)


def _http_error(error: HTTPException) -> Response:
    headers: dict[str, str] = {}
    if isinstance(error, MethodNotAllowed):
        headers["allow"] = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD"}))  # HEAD goes without saying
    detail = error.description if error.code not in (404, 405) else None
    return problem_response(problem(error.code or 500, detail), request.path, headers)


def _failed(_error: Exception) -> Response:
    _log.exception("unhandled exception", path=request.path)
    return problem_response(problem(500), request.path)


def _invalid_request(fields: list[InvalidField]) -> Problem:
    document = problem(422, "The request is not valid", kind="invalid-request")
    document.errors = fields
    return document


def _pointer(where: str, path: tuple[int | str, ...]) -> str:
    if where == "json":
        return "/".join(["#", *map(str, path)])
    name = ".".join(map(str, path))
    return name.replace("_", "-").title() if where == "headers" else name
