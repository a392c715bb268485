"""The worker's work in the service's process, where there is no broker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..resources import Resources
from .embedded import embedded_worker


@asynccontextmanager
async def embedded_lifespan(resources: Resources) -> AsyncIterator[None]:
    """Relay and receive while the service runs."""
    async with embedded_worker(resources.settings):
        yield
