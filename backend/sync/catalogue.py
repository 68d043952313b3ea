"""The published catalogue: a JSON Schema for every mutation."""

from __future__ import annotations

from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from backend.sync.mutations import CATALOGUE

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def schemas() -> dict[str, Any]:
    """`{"name@v": JSON Schema of its arguments}`, each complete in itself."""
    return {
        f"{name}@{version}": _schema(entry.schema) for (name, version), entry in CATALOGUE.items()
    }


def _schema(schema: Any) -> dict[str, Any]:  # noqa: ANN401 - a marshmallow class
    spec = APISpec("mutations", "1", "3.1.0", plugins=[MarshmallowPlugin()])
    spec.components.schema("Args", schema=schema)
    found = spec.to_dict()["components"]["schemas"]
    args = found.pop("Args")
    return {"$schema": DIALECT, **_local(args), "$defs": {k: _local(v) for k, v in found.items()}}


def _local(node: Any) -> Any:  # noqa: ANN401 - JSON
    """Point references at the schema's own definitions."""
    if isinstance(node, dict):
        return {
            key: value.replace("#/components/schemas/", "#/$defs/")
            if key == "$ref"
            else _local(value)
            for key, value in node.items()
        }
    return [_local(value) for value in node] if isinstance(node, list) else node
