"""Items over HTTP."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Header, Router

from ..apps import service
from ..http.api import WholeQuery, problems
from ..preconditions import etag, matches
from .domain import Item
from .schemas import IdempotencyKey, ItemPage, ItemQuery, ItemRead, ItemWrite
from .service import ItemService

router = Router(tags=["items"])

_ETAG = {"ETag": {"schema": {"type": "string"}}}
_LOCATION = {"Location": {"schema": {"type": "string"}}}

CreateKey = Annotated[
    IdempotencyKey | None,
    Header(None, alias="Idempotency-Key", description="The same key with the same body creates no second item"),
]
IfMatch = Annotated[
    str | None, Header(None, alias="If-Match", description="ETag of the version that the change is based on")
]


@router.get("", response=ItemPage, openapi_extra={"responses": problems(422, 500, 503)})
def list_items(request: HttpRequest, query: Annotated[ItemQuery, WholeQuery(...)]) -> HttpResponse:
    """List items, page by page."""
    listing = query.listing()
    page = ItemPage.of(_items().list(listing), listing)
    return HttpResponse(page.model_dump_json(), content_type="application/json")


@router.post(
    "",
    response={201: ItemRead},
    openapi_extra={"responses": {201: {"headers": _ETAG | _LOCATION}, **problems(413, 422, 500, 503)}},
)
def create_item(request: HttpRequest, body: ItemWrite, idempotency_key: CreateKey) -> HttpResponse:
    """Create an item."""
    item, replayed = _items().create(body.content(), idempotency_key)
    response = _response(item, 201)
    response.headers["location"] = f"{request.path}/{item.id}"
    if replayed:
        response.headers["idempotency-replayed"] = "true"
    return response


@router.get(
    "/{item_id}",
    response=ItemRead,
    openapi_extra={
        "responses": {
            200: {"headers": _ETAG},
            304: {"description": "Not Modified"},
            **problems(404, 422, 500, 503),
        }
    },
)
def read_item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Read an item; 304 where If-None-Match names the current version."""
    item = _items().get(item_id)
    if_none_match = request.headers.get("if-none-match")
    if if_none_match is not None and matches(if_none_match, item.version):
        return HttpResponse(status=304, headers={"etag": etag(item.version), "cache-control": "no-cache"})
    return _response(item)


@router.put(
    "/{item_id}",
    response=ItemRead,
    openapi_extra={"responses": {200: {"headers": _ETAG}, **problems(404, 409, 412, 413, 422, 428, 500, 503)}},
)
def replace_item(request: HttpRequest, item_id: UUID, body: ItemWrite, if_match: IfMatch) -> HttpResponse:
    """Replace an item."""
    return _response(_items().replace(item_id, body.content(), if_match))


@router.delete("/{item_id}", response={204: None}, openapi_extra={"responses": problems(404, 412, 422, 428, 500, 503)})
def remove_item(request: HttpRequest, item_id: UUID, if_match: IfMatch) -> HttpResponse:
    """Remove an item."""
    _items().remove(item_id, if_match)
    return HttpResponse(status=204)


def _items() -> ItemService:
    return ItemService(service().resources.store)


def _response(item: Item, status: int = 200) -> HttpResponse:
    """An item's representation; written out here, since it needs no second validation."""
    headers = {"etag": etag(item.version), "cache-control": "no-cache"}
    content = ItemRead.model_validate(item).model_dump_json()
    return HttpResponse(content, content_type="application/json", status=status, headers=headers)
