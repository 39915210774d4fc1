"""The API's documentation: OpenAPI 3.1 as JSON, and a page that shows it."""

from functools import cache

import msgspec
from aiohttp import web

from monitor.api.openapi import document
from monitor.api.reference import page
from monitor.core.web.static import CSP


@cache
def _document() -> bytes:
    return msgspec.json.encode(document())


async def openapi(_http: web.Request) -> web.Response:
    """`GET /openapi.json`."""
    return web.Response(body=_document(), content_type="application/json")


_page = cache(page)


async def docs_page(_http: web.Request) -> web.Response:
    """`GET /docs`."""
    return web.Response(
        text=_page(), content_type="text/html", headers={"Content-Security-Policy": CSP}
    )
