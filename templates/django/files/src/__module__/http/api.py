"""The API with its OpenAPI document, and a page to try it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.params.models import Query, QueryModel
from ninja.parser import Parser
from pydantic_core import from_json

from ..problems import MEDIA_TYPE, Problem
from . import errors

_PAGE_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data: https://django-ninja.dev; "
    "script-src 'unsafe-inline' https://cdn.jsdelivr.net; style-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "frame-ancestors 'none'"
)


class Api(NinjaAPI):
    """Django Ninja with problem documents."""

    def __init__(self, title: str, version: str) -> None:
        super().__init__(title=title, version=version, docs_decorator=_with_page_policy, parser=JsonParser())
        errors.install(self)

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**where)
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= schema.pop("$defs") | {"Problem": schema}
        return document


class JsonParser(Parser):
    """Reads bodies that say they are JSON, and no others."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise ValueError(request.content_type)
        return from_json(request.body)


class _WholeQueryModel(QueryModel):
    __ninja_flatten_map__: ClassVar[dict[str, tuple[str, ...]]]

    @classmethod
    def _map_data_paths(cls, data: dict[str, Any]) -> dict[str, Any]:
        mapped = super()._map_data_paths(data)
        for argument in mapped.values():
            argument |= {name: data[name] for name in data.keys() - cls.__ninja_flatten_map__.keys()}
        return mapped


class WholeQuery(Query):  # type: ignore[misc]
    """All parameters of a query, so that their model may forbid those that it does not know."""

    _model = _WholeQueryModel

    @classmethod
    def _param_source(cls) -> str:
        return "query"


def problems(*statuses: int) -> dict[int, Any]:
    """Documents that an operation may answer with a problem; merged into its ``responses``."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def _with_page_policy(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def with_page_policy(request: HttpRequest, **keywords: Any) -> HttpResponse:
        response = view(request, **keywords)
        response.headers["content-security-policy"] = _PAGE_POLICY
        return response

    return with_page_policy
