"""Errors as problem documents (RFC 9457)."""

from http import HTTPStatus
from typing import ClassVar

from pydantic import BaseModel, Field

from . import errors

MEDIA_TYPE = "application/problem+json"

_STATUS = {
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.DependencyUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.IdempotencyKeyReusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidCursorError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.PreconditionFailedError: HTTPStatus.PRECONDITION_FAILED,
    errors.PreconditionRequiredError: HTTPStatus.PRECONDITION_REQUIRED,
}


class InvalidField(BaseModel):
    """One mistake in a request."""

    pointer: str = Field(description="Where it is: a JSON Pointer into the body, or the parameter's name")
    detail: str


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    media_type: ClassVar = MEDIA_TYPE

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    instance: str | None = Field(None, description="Path of the request")
    request_id: str | None = Field(None, description="Names the request in the logs")
    errors: list[InvalidField] | None = None

    def to_json(self) -> bytes:
        """The document without the members that are not set."""
        return self.model_dump_json(exclude_none=True).encode()


def problem(status: int, detail: str | None = None, *, kind: str | None = None) -> Problem:
    """A problem with the status's standard title; ``kind`` makes its type more specific than the status."""
    type_ = "about:blank" if kind is None else f"urn:problem-type:{kind}"
    return Problem(type=type_, title=HTTPStatus(status).phrase, status=status, detail=detail)


def problem_of(error: errors.ServiceError) -> Problem:
    """The problem that says why the service refused; its type is named after the error's class."""
    kind = "".join(f"-{c.lower()}" if c.isupper() else c for c in type(error).__name__.removesuffix("Error"))
    return problem(_STATUS[type(error)], str(error), kind=kind.removeprefix("-"))
