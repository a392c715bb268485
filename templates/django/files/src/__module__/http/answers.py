"""Answers that are not made by a view."""

from django.http import HttpRequest, HttpResponse

from ..observability.context import current_request
from ..problems import MEDIA_TYPE, Problem


def problem_response(problem: Problem, request: HttpRequest, headers: dict[str, str] | None = None) -> HttpResponse:
    """A problem document for the request that is being answered."""
    context = current_request.get()
    document = problem.model_copy(
        update={"instance": request.path, "request_id": context.request_id if context is not None else None}
    )
    return HttpResponse(document.to_json(), content_type=MEDIA_TYPE, status=problem.status, headers=headers)
