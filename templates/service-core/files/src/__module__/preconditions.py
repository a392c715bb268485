"""Entity tags and conditional requests (RFC 9110, section 13; RFC 6585 for 428)."""

from .errors import PreconditionFailedError, PreconditionRequiredError


def etag(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def matches(header: str, version: int) -> bool:
    """Whether an ``If-Match`` or ``If-None-Match`` header names the version."""
    return header.strip() == "*" or etag(version) in (tag.strip() for tag in header.split(","))


def check_if_match(header: str | None, version: int) -> None:
    """Refuse a change that is not based on the version that is stored.

    Raises:
        PreconditionRequiredError: without the header.
        PreconditionFailedError: where it names another version.
    """
    if header is None:
        raise PreconditionRequiredError("Send the ETag that you read in the If-Match header")
    if not matches(header, version):
        raise PreconditionFailedError(f"The current ETag is {etag(version)}")
