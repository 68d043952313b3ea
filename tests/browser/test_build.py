"""What `make build` has made, and how the program sends it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from http.client import HTTPResponse
from typing import Any
from urllib.request import Request, urlopen

import pytest

from backend.config import load_settings
from tools.stack import Stack

DIST = load_settings().pwa_dist
FIRST_LOAD = 100_000  # bytes, as gzip sends them
Manifest = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """Which of the field app's sources became which file, and what each brings along."""
    built: Manifest = json.loads((DIST / ".vite/manifest.json").read_text())
    return built


def brought_by(manifest: Manifest, source: str) -> set[str]:
    """All chunks that come at once with a source's."""
    found, asked = set[str](), [source]
    while asked:
        name = asked.pop()
        if name not in found:
            found.add(name)
            asked += manifest[name].get("imports", [])
    return found


def test_the_first_screen_is_light(manifest: Manifest) -> None:
    chunks = [manifest[name] for name in brought_by(manifest, "field.html")]
    files = {file for chunk in chunks for file in (chunk["file"], *chunk.get("css", []))}
    sizes = {file: len(gzip.compress((DIST / file).read_bytes(), 6)) for file in sorted(files)}

    assert sum(sizes.values()) <= FIRST_LOAD, sizes


def test_the_phone_keeps_all_of_its_app_and_nothing_of_the_desks(manifest: Manifest) -> None:
    kept = set(re.findall(r'"url":"([^"]+)"', (DIST / "sw.js").read_text()))
    desk: Manifest = json.loads((DIST / ".vite/centre.json").read_text())
    field_files = {chunk["file"] for chunk in manifest.values()}

    assert field_files <= kept
    assert not kept & ({chunk["file"] for chunk in desk.values()} - field_files)


def get(stack: Stack, path: str, headers: Mapping[str, str]) -> HTTPResponse:
    """Ask the running program."""
    answer: HTTPResponse = urlopen(Request(stack.url + path, headers=dict(headers)))  # noqa: S310 - our own server
    return answer


def test_the_program_sends_the_app_packed_and_never_a_stale_start(
    stack: Stack, manifest: Manifest
) -> None:
    script = manifest["field.html"]["file"]
    with get(stack, f"/{script}", {"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]
        assert gzip.decompress(answer.read()) == (DIST / script).read_bytes()
    for start in ("/", "/sw.js"):
        with get(stack, start, {"Accept-Encoding": "br, gzip"}) as answer:
            assert answer.headers["Content-Encoding"] == "br"
            assert answer.headers["Cache-Control"] == "no-cache"
            assert "Accept-Encoding" in answer.headers["Vary"]
