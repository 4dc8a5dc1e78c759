"""What needs no key: health, the OpenAPI document, and its page, which works without a network."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ticketing.errors import NotFound
from tickets_api.answers import answer
from tickets_api.documenting import shape
from tickets_api.schemas.about import Health

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

router = APIRouter(tags=["About"])

_BUILD_ID: Final = Path(__file__).parent.parent / "build_id.txt"
_PAGES: Final = Path(__file__).parent.parent / "pages"
_ASSETS: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "start.js": "text/javascript",
}
_SECURITY = (
    "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/v1/health", summary="Is it up, and which build is it", responses={200: shape(Health)})
async def health() -> Response:
    return answer({"status": "ok", "build": _build_id()})


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    return answer(request.app.openapi())


@router.get("/docs", include_in_schema=False)
async def docs() -> Response:
    page = (_PAGES / "docs.html").read_bytes()
    return Response(page, headers={"Content-Security-Policy": _SECURITY}, media_type="text/html")


@router.get("/docs/{name}", include_in_schema=False)
async def docs_asset(name: str) -> Response:
    if name not in _ASSETS:
        raise NotFound
    folder = _PAGES if name == "start.js" else _swagger_files()
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response((folder / name).read_bytes(), headers=headers, media_type=_ASSETS[name])


def _swagger_files() -> "Traversable":
    """Where the wheel keeps Swagger UI's files. Found when they are asked for: a cold start does not pay for it."""
    from importlib import resources  # noqa: PLC0415

    return resources.files("fastapi_swagger.resources")


@cache
def _build_id() -> str:
    """What the build wrote: a hash of everything that is deployed with this function."""
    return _BUILD_ID.read_text("ascii").strip() if _BUILD_ID.exists() else "development"
