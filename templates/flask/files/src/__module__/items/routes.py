"""Items over HTTP."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app, request
from pydantic import BaseModel, Field

from ..http.docs import problems
from ..preconditions import etag, matches
from ..resources import Resources
from .domain import Item
from .schemas import IdempotencyKey, ItemPage, ItemQuery, ItemRead, ItemWrite
from .service import ItemService

blueprint = APIBlueprint("items", __name__, url_prefix="/api/v1/items", tag="items")


class ItemPath(BaseModel):
    """Which item a path names."""

    item_id: UUID


class CreateHeaders(BaseModel):
    """Headers of a request that creates an item."""

    idempotency_key: IdempotencyKey | None = Field(
        None, description="The same key with the same body creates no second item"
    )


class ChangeHeaders(BaseModel):
    """Headers of a request that changes an item."""

    if_match: str | None = Field(None, description="ETag of the version that the change is based on")


_ETAG = {"ETag": {"schema": {"type": "string"}}}


@blueprint.get("")
@blueprint.input(ItemQuery, location="query", arg_name="query")
@blueprint.output(ItemPage)
@blueprint.doc(responses=problems(422, 500, 503))
def list_items(query: ItemQuery) -> Response:
    """List items, page by page."""
    listing = query.listing()
    page = ItemPage.of(_items().list(listing), listing)
    return Response(page.model_dump_json(), content_type="application/json")


@blueprint.post("")
@blueprint.input(CreateHeaders, location="headers", arg_name="headers")
@blueprint.input(ItemWrite, arg_name="body")
@blueprint.output(ItemRead, status_code=201)
@blueprint.doc(
    responses={201: {"headers": _ETAG | {"Location": {"schema": {"type": "string"}}}}, **problems(413, 422, 500, 503)}
)
def create_item(headers: CreateHeaders, body: ItemWrite) -> Response:
    """Create an item."""
    item, replayed = _items().create(body.content(), headers.idempotency_key)
    response = _response(item, 201)
    response.headers["location"] = f"{request.path}/{item.id}"
    if replayed:
        response.headers["idempotency-replayed"] = "true"
    return response


@blueprint.get("/<item_id>")
@blueprint.input(ItemPath, location="path", arg_name="path")
@blueprint.output(ItemRead)
@blueprint.doc(
    responses={200: {"headers": _ETAG}, 304: {"description": "Not Modified"}, **problems(404, 422, 500, 503)}
)
def read_item(path: ItemPath, **_text: str) -> Response:
    """Read an item; 304 where If-None-Match names the current version."""
    item = _items().get(path.item_id)
    if_none_match = request.headers.get("if-none-match")
    if if_none_match is not None and matches(if_none_match, item.version):
        return Response(status=304, headers={"etag": etag(item.version), "cache-control": "no-cache"})
    return _response(item)


@blueprint.put("/<item_id>")
@blueprint.input(ItemPath, location="path", arg_name="path")
@blueprint.input(ChangeHeaders, location="headers", arg_name="headers")
@blueprint.input(ItemWrite, arg_name="body")
@blueprint.output(ItemRead)
@blueprint.doc(responses={200: {"headers": _ETAG}, **problems(404, 409, 412, 413, 422, 428, 500, 503)})
def replace_item(path: ItemPath, headers: ChangeHeaders, body: ItemWrite, **_text: str) -> Response:
    """Replace an item."""
    return _response(_items().replace(path.item_id, body.content(), headers.if_match))


@blueprint.delete("/<item_id>")
@blueprint.input(ItemPath, location="path", arg_name="path")
@blueprint.input(ChangeHeaders, location="headers", arg_name="headers")
@blueprint.output({}, status_code=204)
@blueprint.doc(responses=problems(404, 412, 422, 428, 500, 503))
def remove_item(path: ItemPath, headers: ChangeHeaders, **_text: str) -> Response:
    """Remove an item."""
    _items().remove(path.item_id, headers.if_match)
    return Response(status=204)


def _items() -> ItemService:
    resources: Resources = current_app.extensions["resources"]
    return ItemService(resources.store)


def _response(item: Item, status: int = 200) -> Response:
    """An item's representation; written out here, since it needs no second validation."""
    headers = {"etag": etag(item.version), "cache-control": "no-cache"}
    return Response(ItemRead.model_validate(item).model_dump_json(), status, headers, content_type="application/json")
