"""Structured logs on standard output, one line per event, for our own code and for libraries alike."""

import logging
import sys
from datetime import UTC, datetime
from typing import Literal

import structlog
from pydantic_core import to_json
from structlog.typing import EventDict, Processor, WrappedLogger

from .context import current_request


def configure_logging(level: str, log_format: Literal["json", "console"]) -> None:
    """Send everything to standard output; called once, before the service starts."""
    shared: list[Processor] = [_add_origin]
    renderer: Processor = _render_json if log_format == "json" else structlog.dev.ConsoleRenderer()
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


def _add_origin(_logger: WrappedLogger, level: str, event: EventDict) -> EventDict:
    """When, how grave, and for which request: in one step, since it runs for each line."""
    event["timestamp"] = datetime.now(UTC).isoformat()
    event["level"] = level
    request = current_request.get()
    if request is not None:
        event["request_id"] = request.request_id
        event["trace_id"] = request.trace_id
        event["span_id"] = request.span_id
    return event


def _render_json(logger: WrappedLogger, level: str, event: EventDict) -> str:
    if "exc_info" in event:
        event = structlog.processors.format_exc_info(logger, level, event)
    return to_json(event, fallback=repr).decode()
