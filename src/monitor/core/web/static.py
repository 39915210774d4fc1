"""The browser UI: files with content hashes, precompressed, and `index.html` for every page of it."""

import hashlib
import mimetypes
from pathlib import Path

from aiohttp import web

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_MISSING = "<!doctype html><title>Monitor</title><p>The browser UI is not built: run <code>./dev up</code>."


class Ui:
    """The built UI in one folder. Nothing outside the folder is served."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        index = folder / "index.html"
        self._index = index.read_bytes() if index.is_file() else _MISSING.encode()
        self.build = hashlib.sha256(self._index).hexdigest()[:12]
        self._files = {
            path.relative_to(folder).as_posix(): path
            for path in (folder.rglob("*") if folder.is_dir() else ())
            if path.is_file() and path.suffix not in {".br", ".gz", ".map"}
        }

    async def get(self, http: web.Request) -> web.StreamResponse:
        """A file of the UI, else its page."""
        name = http.match_info.get("path", "")
        path = self._files.get(name)
        if path is None or name == "index.html":
            if name.startswith("assets/"):
                raise web.HTTPNotFound
            return self._page(http)
        return self._file(http, path, immutable=name.startswith("assets/"))

    def _page(self, http: web.Request) -> web.Response:
        etag = f'"{self.build}"'
        headers = {
            "Cache-Control": "no-cache",
            "ETag": etag,
            "Content-Security-Policy": CSP,
        }
        if http.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=self._index, content_type="text/html", charset="utf-8", headers=headers
        )

    def _file(self, http: web.Request, path: Path, *, immutable: bool) -> web.StreamResponse:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        headers = {
            "Content-Type": kind,
            "Vary": "Accept-Encoding",
            "Cache-Control": "public, max-age=31536000, immutable" if immutable else "no-cache",
        }
        accepted = http.headers.get("Accept-Encoding", "")
        for encoding, suffix in _ENCODINGS:
            packed = path.with_name(path.name + suffix)
            if encoding in accepted and packed.is_file():
                return web.Response(
                    body=packed.read_bytes(), headers=headers | {"Content-Encoding": encoding}
                )
        return web.Response(body=path.read_bytes(), headers=headers)
