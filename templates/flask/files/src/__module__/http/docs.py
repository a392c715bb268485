"""The OpenAPI document, and a page to try it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask
from flask import Response, make_response

from ..problems import MEDIA_TYPE, Problem

_PAGE_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data: https://apiflask.com; "
    "script-src 'unsafe-inline' https://cdn.jsdelivr.net; style-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "frame-ancestors 'none'"
)

Responses = dict[int, Any]


def problems(*statuses: int) -> Responses:
    """Documents that an operation may answer with a problem; merged into its ``responses``."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def install(app: APIFlask) -> None:
    """Let /docs load its scripts, and say in /openapi.json which bodies are required and what problems look like."""
    app.config.update(
        AUTO_404_RESPONSE=False,
        AUTO_SERVERS=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        DOCS_DECORATORS=[_with_page_policy],
    )

    @app.spec_processor
    def complete(document: Any) -> Any:
        for operations in document["paths"].values():
            for operation in operations.values():
                if "requestBody" in operation:
                    operation["requestBody"]["required"] = True
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= schema.pop("$defs") | {"Problem": schema}
        return document


def _with_page_policy(page: Callable[[], str]) -> Callable[[], Response]:
    @wraps(page)
    def with_page_policy() -> Response:
        response = make_response(page())
        response.headers["content-security-policy"] = _PAGE_POLICY
        return response

    return with_page_policy
