"""The OpenAPI document as a page to read; no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from backend.problems import all_problems

STYLE = """
:root{--line:#d9dee5;--soft:#5b6675;--back:#f5f7fa;--link:#0b5cad}
*{box-sizing:border-box}body{font:15px/1.55 system-ui,sans-serif;margin:0;color:#18212d}
nav{position:fixed;inset:0 auto 0 0;width:15rem;overflow:auto;padding:1.5rem;background:var(--back);
border-right:1px solid var(--line)}nav a{display:block;padding:.2rem 0}nav b{display:block}
main{margin-left:15rem;padding:1.5rem 2.5rem;max-width:72rem}a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}h1{margin:0}h2{margin:2.25rem 0 .5rem;text-transform:capitalize}
h3{margin:1.5rem 0 .25rem}p{margin:.35rem 0}.soft,th{color:var(--soft);font-weight:400}
details{border:1px solid var(--line);border-radius:8px;margin:.4rem 0}details[open]{background:var(--back)}
summary{cursor:pointer;padding:.5rem .75rem;display:flex;gap:.75rem;align-items:baseline}
details>div{padding:0 .75rem .75rem 5.6rem}code{font:14px ui-monospace,monospace}
.verb{flex:none;width:4.1rem;text-align:center;border-radius:5px;color:#fff;font:600 12px/1.7 system-ui;
background:#475569}.get{background:#0b6b45}.post{background:#0b5cad}.delete{background:#a8281d}
.patch{background:#8a5300}table{border-collapse:collapse;margin:.35rem 0}
td,th{text-align:left;vertical-align:top;padding:.15rem 1.25rem .15rem 0;border-bottom:1px solid var(--line)}
@media(max-width:50rem){nav{position:static;width:auto}main{margin:0;padding:1rem}
details>div{padding-left:.75rem}summary{flex-wrap:wrap}}
"""  # noqa: E501 - a style sheet
INTRO = (
    "<p>Sign in with <code>POST /api/session</code>. The answer sets the cookie"
    " <code>gridfield_session</code> and tells a <code>csrf_token</code>: send it as"
    " <code>X-CSRF-Token</code> with every request that changes something. Times are RFC 3339,"
    " ids are UUIDs. Every refusal is problem details (RFC 9457), which point to the fields that"
    ' are wrong: see <a href="#problems">Problems</a>. An unknown field is an error.</p>'
)
Operation = tuple[str, str, dict[str, Any]]


def page(document: dict[str, Any]) -> str:
    """The document as HTML."""
    info = document["info"]
    title = escape(f"{info['title']} · API {info['version']}")
    groups = _groups(document["paths"])
    about = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    schemas = document.get("components", {}).get("schemas", {})
    links = "".join(f'<a href="#tag-{escape(name)}">{escape(name)}</a>' for name in groups)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f'<nav><b>Doors</b>{links}<p></p><a href="#problems">Problems</a>'
        f'<a href="#shapes">Shapes</a><a href="openapi.json">openapi.json</a></nav>'
        f"<main><h1>{title}</h1>{INTRO}"
        + "".join(_group(name, about.get(name, ""), group) for name, group in groups.items())
        + f'<h2 id="problems">Problems</h2>{_problems()}<h2 id="shapes">Shapes</h2>'
        + "".join(_shape(name, schema) for name, schema in sorted(schemas.items()))
        + "</main></html>"
    )


def _groups(paths: dict[str, Any]) -> dict[str, list[Operation]]:
    groups: dict[str, list[Operation]] = {}
    for path, method, operation in sorted(_operations(paths), key=lambda found: found[0]):
        groups.setdefault(operation.get("tags", ["other"])[0], []).append((path, method, operation))
    return groups


def _operations(paths: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in paths.items():
        shared = methods.get("parameters", [])
        for method, operation in methods.items():
            if isinstance(operation, dict):
                own = operation.get("parameters", [])
                yield path, method, {**operation, "parameters": [*shared, *own]}


def _group(name: str, about: str, operations: list[Operation]) -> str:
    rows = "".join(_operation(*operation) for operation in operations)
    heading = f'<h2 id="tag-{escape(name)}">{escape(name)}</h2>'
    return f'{heading}<p class="soft">{escape(about)}</p>{rows}'


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    answers = operation.get("responses", {})
    refusals = ", ".join(escape(str(status)) for status in sorted(answers) if status[0] == "4")
    body = operation.get("requestBody")
    return (
        f'<details><summary><span class="verb {method}">{method.upper()}</span>'
        f'<code>{escape(path)}</code> <span class="soft">{escape(operation.get("summary", ""))}'
        f"</span></summary><div><p>{escape(operation.get('description', ''))}</p>"
        f"{_table(_parameter(entry) for entry in operation['parameters'])}"
        f"{'<p>Body: ' + _links(body) + '</p>' if body else ''}"
        f"{''.join(_answer(*answer) for answer in sorted(answers.items()))}"
        f'<p class="soft">Refusals: {refusals}'
        f"{'' if operation.get('security') else ' · no sign-in needed'}</p></div></details>"
    )


def _answer(status: str, answer: dict[str, Any]) -> str:
    if status[0] not in "23":
        return ""
    return f"<p>{status}: {_links(answer) or escape(answer.get('description', ''))}</p>"


def _parameter(entry: dict[str, Any]) -> tuple[str, ...]:
    about = "required" if entry.get("required") else escape(entry.get("description", ""))
    return f"<code>{escape(entry['name'])}</code>", entry["in"], _kind(entry["schema"]), about


def _kind(schema: dict[str, Any]) -> str:
    """A type in a few words, with what bounds it."""
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    types = schema.get("type", "")
    words = [" or ".join(types) if isinstance(types, list) else str(types)]
    words += [schema["format"]] if "format" in schema else []
    bounds = ("minimum", "maximum", "minLength", "maxLength", "default")
    words += [f"{key} {schema[key]}" for key in bounds if schema.get(key) is not None]
    return f"{escape(' · '.join(words))} {_links(schema)}"


def _links(node: object) -> str:
    """The names of the shapes that a part of the document refers to."""
    if isinstance(node, dict):
        if "$ref" in node:
            name = escape(str(node["$ref"]).rsplit("/", 1)[-1])
            return f'<a href="#{name}">{name}</a> '
        return "".join(_links(value) for value in node.values())
    return "".join(_links(value) for value in node) if isinstance(node, list) else ""


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{lines}</table>" if lines else ""


def _shape(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = (
        (f"<code>{escape(key)}</code>", _kind(value), "required" if key in required else "")
        for key, value in schema.get("properties", {}).items()
    )
    return f'<h3 id="{escape(name)}">{escape(name)}</h3>{_table(rows)}'


def _problems() -> str:
    return _table(
        (f'<a href="/problems/{kind.slug}">{kind.slug}</a>', str(kind.status), escape(kind.doc))
        for kind in all_problems()
    )
