"""Refusals that a caller can act on; an adapter turns them into its protocol's answer."""


class ServiceError(Exception):
    """Base of all refusals: the message is written for the caller."""


class NotFoundError(ServiceError):
    """What the caller asked for does not exist."""


class ConflictError(ServiceError):
    """The state of the resource does not allow the change."""


class InvalidCursorError(ServiceError):
    """The cursor was not handed out by this service, or for another order."""


class DependencyUnavailableError(ServiceError):
    """Another service that the answer needs does not answer."""


class PreconditionRequiredError(ServiceError):
    """A change must say which version of the resource it is based on."""


class PreconditionFailedError(ServiceError):
    """The resource has changed since the caller read it."""


class IdempotencyKeyReusedError(ServiceError):
    """The key was already used for a different request."""
