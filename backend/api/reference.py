"""The OpenAPI document as a page to read; no script, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "details{border:1px solid #ccc;border-radius:6px;margin:.5rem 0;padding:.5rem 1rem}"
    "summary{cursor:pointer}code{background:#f2f2f2;padding:0 .25rem}b{text-transform:uppercase}"
    "table{border-collapse:collapse}td,th{border:1px solid #ddd;padding:.25rem .5rem}"
    "pre{overflow:auto;background:#f7f7f7;padding:1rem}"
)


def page(document: dict[str, Any]) -> str:
    """The document as HTML."""
    info = document["info"]
    title = escape(f"{info['title']} · API {info['version']}")
    body = "".join(_path(path, methods) for path, methods in sorted(document["paths"].items()))
    schemas = document.get("components", {}).get("schemas", {})
    shapes = "".join(_shape(name, schema) for name, schema in sorted(schemas.items()))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        f'<style>{STYLE}</style><h1>{title}</h1><p><a href="openapi.json">openapi.json</a></p>'
        f"{body}<h2>Shapes</h2>{shapes}</html>"
    )


def _path(path: str, methods: dict[str, Any]) -> str:
    return "".join(
        _operation(path, method, operation)
        for method, operation in methods.items()
        if isinstance(operation, dict)
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    summary = escape(operation.get("summary", ""))
    parameters = "".join(_parameter(entry) for entry in operation.get("parameters", []))
    answers = "".join(
        f"<li>{escape(status)}: {escape(answer.get('description', ''))} {_links(answer)}</li>"
        for status, answer in operation.get("responses", {}).items()
    )
    body = operation.get("requestBody")
    return (
        f"<details><summary><b>{method}</b> <code>{escape(path)}</code> {summary}</summary>"
        f"<p>{escape(operation.get('description', ''))}</p><ul>{parameters}</ul>"
        f"{'<p>Body: ' + _links(body) + '</p>' if body else ''}<ul>{answers}</ul></details>"
    )


def _parameter(entry: dict[str, Any]) -> str:
    kind = escape(str(entry.get("schema", {}).get("type", "")))
    name, place = escape(entry.get("name", "")), escape(entry.get("in", ""))
    return f"<li><code>{name}</code> ({place}) {kind}</li>"


def _links(node: object) -> str:
    """The names of the shapes that a part of the document refers to."""
    if isinstance(node, dict):
        if "$ref" in node:
            name = escape(str(node["$ref"]).rsplit("/", 1)[-1])
            return f'<a href="#{name}">{name}</a> '
        return "".join(_links(value) for value in node.values())
    return "".join(_links(value) for value in node) if isinstance(node, list) else ""


def _shape(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(key)}</code></td><td>{escape(str(value.get('type', '')))} "
        f"{_links(value)}</td><td>{'required' if key in required else ''}</td></tr>"
        for key, value in schema.get("properties", {}).items()
    )
    return f'<h3 id="{escape(name)}">{escape(name)}</h3><table>{rows}</table>'
