"""Tells the layer around the application which route a request has taken."""

from functools import lru_cache

from flask import Flask, request

from .edge import ROUTE


def install(app: Flask) -> None:
    """Note the route of each request."""
    app.before_request(_note_route)


def _note_route() -> None:
    if request.url_rule is not None:
        request.environ[ROUTE] = _template(request.url_rule.rule)


@lru_cache(maxsize=1024)
def _template(rule: str) -> str:
    return rule.replace("<", "{").replace(">", "}")
