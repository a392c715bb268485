"""Every error as a problem document."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from ..errors import ServiceError
from ..problems import InvalidField, Problem, problem, problem_of
from .answers import problem_response
from .edge import ROUTE


class ProblemMiddleware:
    """Turns what Django answers itself (unknown path, wrong method, failure) into problem documents."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if response.status_code < 400 or not response.headers.get("content-type", "").startswith("text/html"):
            return response
        headers: dict[str, str] = {}
        if "allow" in response.headers:
            methods = set(response.headers["allow"].split(", ")) - {"HEAD"}  # HEAD goes without saying
            headers["allow"] = ", ".join(sorted(methods))
        return problem_response(problem(response.status_code), request, headers)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _keywords: object) -> None:
        """Tell the layer around the application which route the request has taken."""
        if request.resolver_match is not None:
            request.META[ROUTE] = _template(request.resolver_match.route)


def install(api: NinjaAPI) -> None:
    """Let the API answer refusals and invalid requests with problem documents."""
    api.add_exception_handler(ServiceError, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(Http404, _not_found)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(problem_of(error), request)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    fields = [InvalidField(pointer=_pointer(*e["loc"]), detail=e["msg"]) for e in error.errors]
    return problem_response(_invalid_request(fields), request)


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error.__cause__, ValueError):
        fields = [InvalidField(pointer="#", detail="Not valid JSON")]
        return problem_response(_invalid_request(fields), request)
    return problem_response(problem(error.status_code, error.message), request)


def _not_found(request: HttpRequest, _error: Any) -> HttpResponse:
    return problem_response(problem(404), request)


def _invalid_request(fields: list[InvalidField]) -> Problem:
    document = problem(422, "The request is not valid", kind="invalid-request")
    document.errors = fields
    return document


def _pointer(where: str, *path: int | str) -> str:
    if where == "body":
        _argument, *inside = path
        return "/".join(["#", *map(str, inside)])
    return str(path[-1])


@lru_cache(maxsize=1024)
def _template(route: str) -> str:
    return "/" + route.replace("<", "{").replace(">", "}")
