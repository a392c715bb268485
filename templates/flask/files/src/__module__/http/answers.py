"""Answers that are not made by a view."""

from flask import Response

from ..observability.context import current_request
from ..problems import MEDIA_TYPE, Problem


def problem_response(problem: Problem, path: str, headers: dict[str, str] | None = None) -> Response:
    """A problem document for the request that is being answered."""
    context = current_request.get()
    document = problem.model_copy(
        update={"instance": path, "request_id": context.request_id if context is not None else None}
    )
    return Response(document.to_json(), problem.status, headers, content_type=MEDIA_TYPE)
