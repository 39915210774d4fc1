"""The API's documentation: OpenAPI 3.1 as JSON, and a page that shows it; made when it is first asked for."""

from functools import cache

import msgspec
from aiohttp import web

from monitor.core.web.static import CSP


@cache
def _document() -> bytes:
    from monitor.api.openapi import document  # noqa: PLC0415 - few ask for it

    return msgspec.json.encode(document())


async def openapi(_http: web.Request) -> web.Response:
    """`GET /openapi.json`."""
    return web.Response(body=_document(), content_type="application/json")


@cache
def _page() -> str:
    from monitor.api.reference import page  # noqa: PLC0415 - few ask for it

    return page()


async def docs_page(_http: web.Request) -> web.Response:
    """`GET /docs`."""
    return web.Response(
        text=_page(), content_type="text/html", headers={"Content-Security-Policy": CSP}
    )
