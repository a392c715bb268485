"""Repeating a request without repeating its effect.

The key and what the first request made are stored in one transaction with its effect. A later
request with the same key gets the same answer; one with another body is refused.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from .errors import IdempotencyKeyReusedError

RETENTION = timedelta(hours=24)


class KeyInUseError(Exception):
    """Another request with the same key was faster."""


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """What a key was used for, and what came of it."""

    key: str
    fingerprint: str
    result: str
    created_at: datetime

    def result_for(self, request: str) -> str:
        """The stored result.

        Raises:
            IdempotencyKeyReusedError: where the key was used for a request with another fingerprint.
        """
        if self.fingerprint != request:
            raise IdempotencyKeyReusedError("The key was used for a request with another body")
        return self.result


def fingerprint(operation: str, body: str) -> str:
    """Tells requests apart that carry the same key."""
    return hashlib.sha256(f"{operation}\n{body}".encode()).hexdigest()
