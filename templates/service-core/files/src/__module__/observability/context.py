"""Which request the running code works for, and how other services and the logs learn of it.

Trace context is W3C's (https://www.w3.org/TR/trace-context/): the caller's trace is continued with a
span of our own, or a new trace is begun.
"""

import re
import secrets
from contextvars import ContextVar
from time import monotonic
from typing import NamedTuple

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


class RequestContext(NamedTuple):
    """The names of one request."""

    request_id: str
    trace_id: str
    span_id: str
    trace_flags: str = "00"
    tracestate: str | None = None
    started: float | None = None
    """When it began, by the clock that only goes forward."""

    @classmethod
    def of(cls, request_id: str | None, traceparent: str | None, tracestate: str | None = None) -> "RequestContext":
        """The context for the headers of a request; what is not well-formed is replaced, an id by the trace's."""
        fresh = secrets.token_hex(24)
        trace_id, span_id, flags, state = fresh[:32], fresh[32:], "00", None
        parent = _TRACEPARENT.fullmatch(traceparent) if traceparent is not None else None
        if parent is not None and _is_valid(parent):
            trace_id, flags, state = parent[2], parent[4], tracestate
        if request_id is None or not _REQUEST_ID.fullmatch(request_id):
            request_id = trace_id
        return cls(request_id, trace_id, span_id, flags, state, monotonic())

    def outgoing_headers(self) -> dict[str, str]:
        """Headers for a call to another service, so that it joins the trace."""
        headers = {
            "x-request-id": self.request_id,
            "traceparent": f"00-{self.trace_id}-{self.span_id}-{self.trace_flags}",
        }
        return headers if self.tracestate is None else headers | {"tracestate": self.tracestate}


def _is_valid(parent: re.Match[str]) -> bool:
    version, trace_id, span_id = parent[1], parent[2], parent[3]
    future_fields = parent[5] is not None
    return version != "ff" and not (version == "00" and future_fields) and int(trace_id, 16) > 0 < int(span_id, 16)


current_request: ContextVar[RequestContext | None] = ContextVar("current_request", default=None)
