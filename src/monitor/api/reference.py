"""The page that shows the OpenAPI document: HTML without scripts, so that it needs nothing but itself."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from monitor.api.openapi import document

Schema = Mapping[str, Any]

_STYLE = """
:root{color-scheme:light dark;--line:light-dark(#d8dbe0,#33373f);--dim:light-dark(#59616e,#9aa3b2)}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
code{font:13px/1.5 ui-monospace,monospace}
h2{margin-top:2.5rem}
details{border-top:1px solid var(--line);padding:.4rem 0}
summary{cursor:pointer}
summary span,.dim{color:var(--dim)}
table{border-collapse:collapse;width:100%}
td{border-top:1px solid var(--line);padding:.25rem .75rem .25rem 0;vertical-align:top}
p{white-space:pre-line}
"""
_INTRO = """
<h1>Monitor's API</h1>
<p>Each request is a POST of its parameters as a JSON object to the path shown, and answers 200 with a bare value.
Errors have another status and hold <code>{"error", "trace", "code"}</code>.
Credentials: <code>Authorization: &lt;jwt&gt;</code>, or <code>X-Api-Key</code> and <code>X-Api-Secret</code>.
The same as data: <a href="openapi.json">openapi.json</a>.</p>
"""


def page() -> str:
    """The whole page."""
    return "".join(_parts(document()))


def _parts(made: Schema) -> Iterator[str]:
    yield "<!doctype html><html lang=en><meta charset=utf-8><title>Monitor's API</title>"
    yield f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style><main>{_INTRO}"
    for tag in made["tags"]:
        group = tag["name"]
        yield f"<h2 id='{group}'>/{group}</h2><p>{_prose(tag['description'])}</p>"
        for path, methods in made["paths"].items():
            if methods.get("post", {}).get("tags") == [group]:
                yield from _request(path, methods["post"], made["components"]["schemas"])
        yield from _not_built(made["x-not-built"][group])
    yield "<h2 id=types>Types</h2>"
    for name, schema in made["components"]["schemas"].items():
        if not any(f"/{tag['name']}/{name}" in made["paths"] for tag in made["tags"]):
            yield f"<details><summary><code>{name}</code> {_first_line(schema)}</summary>"
            yield f"<p id='{name}'>{_prose(schema.get('description', ''))}</p>{_fields(schema)}</details>"
    yield "</main>"


def _request(path: str, operation: Schema, schemas: Schema) -> Iterator[str]:
    name = operation["operationId"]
    ours = " <span>(not in Komodo's contract)</span>" if operation.get("x-ours") else ""
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    yield f"<details><summary><code>{name}</code> {_prose(operation['summary'])}{ours}</summary>"
    yield f"<p id='{name}'>{_prose(operation.get('description', ''))}</p><p><code>POST {path}</code></p>"
    yield _fields(schemas.get(name, {}))
    yield f"<p>Answers {_type(answer)}.</p></details>"


def _not_built(names: list[str]) -> Iterator[str]:
    if names:
        yield f"<details><summary class=dim>{len(names)} not built yet, answered 501</summary>"
        yield f"<p><code>{', '.join(names)}</code></p></details>"


def _fields(schema: Schema) -> str:
    """A struct's fields as a table; an enum's values as a line."""
    if "enum" in schema:
        return (
            f"<p>{', '.join(f'<code>{escape(repr(value))}</code>' for value in schema['enum'])}</p>"
        )
    rows = [
        f"<tr><td><code>{escape(name)}</code><td>{_type(field)}{_default(name, field, schema)}"
        f"<td>{_prose(field.get('description', ''))}"
        for name, field in schema.get("properties", {}).items()
    ]
    return f"<table>{''.join(rows)}</table>" if rows else ""


def _default(name: str, field: Schema, schema: Schema) -> str:
    if name in schema.get("required", ()):
        return ""
    default = field.get("default")
    shown = "" if default in (None, "", [], {}) else f" = <code>{escape(str(default)[:60])}</code>"
    return f"<span class=dim>?</span>{shown}"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"<a href='#{name}'><code>{name}</code></a>"
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(repr(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map of {_type(schema['additionalProperties'])}"
    return f"<code>{escape(str(schema.get('type', 'any')))}</code>"


def _first_line(schema: Schema) -> str:
    return _prose(schema.get("description", "").partition("\n")[0])


def _prose(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
