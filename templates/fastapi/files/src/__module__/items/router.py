"""Items over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from pydantic import TypeAdapter
from starlette.responses import Response

from ..http.docs import problems
from ..preconditions import etag, matches
from ..resources import Resources
from .domain import Item
from .schemas import IdempotencyKey, ItemPage, ItemQuery, ItemRead, ItemWrite
from .service import ItemService

router = APIRouter(prefix="/api/v1/items", tags=["items"], responses=problems(422, 500, 503))

IfMatch = Annotated[str | None, Header(description="ETag of the version that the change is based on")]
Key = Annotated[
    IdempotencyKey | None,
    Header(alias="Idempotency-Key", description="The same key with the same body creates no second item"),
]

_to_json = TypeAdapter(Item).serializer.to_json
_ETAG = {"ETag": {"schema": {"type": "string"}}}


@router.get(
    "/{item_id}",
    response_model=ItemRead,
    responses={200: {"headers": _ETAG}, 304: {"description": "Not Modified"}, **problems(404)},
)
async def read_item(request: Request, item_id: UUID) -> Response:
    """Read an item; 304 where If-None-Match names the current version."""
    item = await _items(request).get(item_id)
    if_none_match = request.headers.get("if-none-match")
    if if_none_match is not None and matches(if_none_match, item.version):
        return Response(status_code=304, headers={"etag": etag(item.version), "cache-control": "no-cache"})
    return _response(item)


@router.get("", response_model=ItemPage)
async def list_items(request: Request, query: Annotated[ItemQuery, Query()]) -> Response:
    """List items, page by page."""
    listing = query.listing()
    page = ItemPage.of(await _items(request).list(listing), listing)
    return Response(page.model_dump_json(), media_type="application/json")


@router.post(
    "",
    status_code=201,
    response_model=ItemRead,
    responses={201: {"headers": _ETAG | {"Location": {"schema": {"type": "string"}}}}, **problems(413)},
)
async def create_item(request: Request, body: ItemWrite, key: Key = None) -> Response:
    """Create an item."""
    item, replayed = await _items(request).create(body.content(), key)
    response = _response(item, 201)
    response.headers["location"] = f"{request.url.path}/{item.id}"
    if replayed:
        response.headers["idempotency-replayed"] = "true"
    return response


@router.put(
    "/{item_id}",
    response_model=ItemRead,
    responses={200: {"headers": _ETAG}, **problems(404, 409, 412, 413, 428)},
)
async def replace_item(request: Request, item_id: UUID, body: ItemWrite, if_match: IfMatch = None) -> Response:
    """Replace an item."""
    return _response(await _items(request).replace(item_id, body.content(), if_match))


@router.delete("/{item_id}", status_code=204, response_class=Response, responses=problems(404, 412, 428))
async def remove_item(request: Request, item_id: UUID, if_match: IfMatch = None) -> None:
    """Remove an item."""
    await _items(request).remove(item_id, if_match)


def _items(request: Request) -> ItemService:
    resources: Resources = request.app.state.resources
    return ItemService(resources.store)


def _response(item: Item, status: int = 200) -> Response:
    """An item's representation; written out here, since it needs no second validation."""
    headers = {"etag": etag(item.version), "cache-control": "no-cache"}
    return Response(_to_json(item), status, headers, "application/json")
