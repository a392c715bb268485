"""Structured logs on standard output, one line per event, for our own code and for libraries alike."""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from .context import current_request


def configure_logging(level: str, log_format: Literal["json", "console"]) -> None:
    """Send everything to standard output; called once, before the service starts."""
    shared: list[Processor] = [
        _add_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if log_format == "json":
        shared.append(structlog.processors.format_exc_info)
        renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)


def _add_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    request = current_request.get()
    if request is not None:
        event["request_id"] = request.request_id
        event["trace_id"] = request.trace_id
        event["span_id"] = request.span_id
    return event
