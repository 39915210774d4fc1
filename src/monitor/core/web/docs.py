"""The API's documentation: OpenAPI 3.1 as JSON, and a page that shows it."""

import html
from functools import cache

import msgspec
from aiohttp import web

from monitor.api.contract import REQUESTS
from monitor.api.openapi import document
from monitor.core.web.static import CSP


@cache
def _document() -> bytes:
    return msgspec.json.encode(document())


async def openapi(_http: web.Request) -> web.Response:
    """`GET /openapi.json`."""
    return web.Response(body=_document(), content_type="application/json")


@cache
def _page() -> str:
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'><title>Monitor API</title>"
        "<style>body{font:14px/1.5 system-ui;max-width:56rem;margin:2rem auto;padding:0 1rem;"
        "color-scheme:light dark}code{font:13px ui-monospace,monospace}dt{margin-top:1rem}"
        "pre{white-space:pre-wrap}</style><h1>Monitor API</h1>"
        "<p>Each request is a POST of its parameters as JSON. "
        "<a href=openapi.json>openapi.json</a> has all shapes.</p>"
    ]
    groups: dict[str, list[type]] = {}
    for request in REQUESTS:
        groups.setdefault(request.group, []).append(request)
    for group, requests in groups.items():
        parts.append(f"<h2>/{html.escape(group)}</h2><dl>")
        for request in requests:
            fields = ", ".join(field.encode_name for field in msgspec.structs.fields(request))
            text = html.escape((request.__doc__ or "").strip())
            parts.append(
                f"<dt><code>{request.__name__}</code> <code>{{{html.escape(fields)}}}</code></dt>"
                f"<dd><pre>{text}</pre></dd>"
            )
        parts.append("</dl>")
    return "".join(parts)


async def docs_page(_http: web.Request) -> web.Response:
    """`GET /docs`."""
    return web.Response(
        text=_page(), content_type="text/html", headers={"Content-Security-Policy": CSP}
    )
