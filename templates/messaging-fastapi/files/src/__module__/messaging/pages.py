"""The events, described: /asyncapi for people, /asyncapi.json for tools."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from .asyncapi import PAGE_POLICY, document, page

router = APIRouter(include_in_schema=False)


@router.get("/asyncapi.json")
async def asyncapi_json() -> Response:
    """The AsyncAPI document."""
    return Response(document().to_json(), media_type="application/json")


@router.get("/asyncapi")
async def asyncapi_page() -> Response:
    """The document as a page."""
    return HTMLResponse(page(), headers={"content-security-policy": PAGE_POLICY})
