"""What lives as long as the process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .items.store import Store
from .settings import Settings

Part = TypeVar("Part")


@dataclass(slots=True)
class Resources:
    """Opened by the hooks of the lifespan, read by requests."""

    settings: Settings
    store: Store = field(init=False)
    checks: dict[str, Callable[[], None]] = field(default_factory=dict)
    """What /readyz asks, by name; a check that raises or takes too long means not ready."""
    draining: bool = False
    """Whether the process has been told to stop."""
    parts: dict[type[Any], Any] = field(default_factory=dict)
    """What else hooks have opened, by its type."""

    def part(self, kind: type[Part]) -> Part:
        """What a hook has opened under this type."""
        part: Part = self.parts[kind]
        return part
