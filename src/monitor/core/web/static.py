"""The browser UI: files with content hashes, precompressed, and `index.html` for every page of it.

To who has a session the page says so: its head connects then, while the app is still on the way.
"""

import hashlib
import mimetypes
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_ROOT = b"<html "
_ROOT_IN = b'<html data-session="in" '
_MISSING = "<!doctype html><title>Monitor</title><p>The browser UI is not built: run <code>./dev up</code>."


class Ui:
    """The built UI in one folder, read into memory; again when it was built anew. Nothing else is served.

    `logged_in` tells whether a request comes with a session that holds.
    """

    def __init__(self, folder: Path, logged_in: Callable[[web.Request], bool]) -> None:
        self._folder = folder
        self._logged_in = logged_in
        self._built = -1
        self._index = b""
        self._files: dict[str, bytes] = {}
        self._read()

    @property
    def build(self) -> str:
        """What tells this build from another."""
        return hashlib.sha256(self._index).hexdigest()[:12]

    def _read(self) -> None:
        index = self._folder / "index.html"
        built = index.stat().st_mtime_ns if index.is_file() else 0
        if built == self._built:
            return
        self._built = built
        self._index = index.read_bytes() if built else _MISSING.encode()
        self._files = {
            path.relative_to(self._folder).as_posix(): path.read_bytes()
            for path in (self._folder.rglob("*") if built else ())
            if path.is_file() and path.suffix != ".map" and not path.name.startswith(".")
        }

    async def get(self, http: web.Request) -> web.StreamResponse:
        """A file of the UI, else its page."""
        name = http.match_info.get("path", "")
        if name in self._files and name != "index.html":
            return self._file(http, name, immutable=name.startswith("assets/"))
        if name.startswith("assets/"):
            raise web.HTTPNotFound
        self._read()
        return self._page(http)

    def _page(self, http: web.Request) -> web.Response:
        known = self._logged_in(http)
        etag = f'"{self.build}{"-in" if known else ""}"'
        headers = {
            "Cache-Control": "no-cache",
            "ETag": etag,
            "Vary": "Cookie",
            "Content-Security-Policy": CSP,
        }
        if http.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        page = self._index.replace(_ROOT, _ROOT_IN, 1) if known else self._index
        return web.Response(body=page, content_type="text/html", charset="utf-8", headers=headers)

    def _file(self, http: web.Request, name: str, *, immutable: bool) -> web.Response:
        headers = {
            "Content-Type": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "Vary": "Accept-Encoding",
            "Cache-Control": "public, max-age=31536000, immutable" if immutable else "no-cache",
        }
        accepted = http.headers.get("Accept-Encoding", "")
        for encoding, suffix in _ENCODINGS:
            if encoding in accepted and name + suffix in self._files:
                headers["Content-Encoding"] = encoding
                return web.Response(body=self._files[name + suffix], headers=headers)
        return web.Response(body=self._files[name], headers=headers)
