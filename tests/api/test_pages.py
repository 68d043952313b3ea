"""The two apps' pages: files of the build alone, fenced in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from backend.app import Gridfield


@pytest.fixture
def built(app: Gridfield, tmp_path: Path) -> Iterator[FlaskClient]:
    """A browser before a small build; beside it lies a file that is nobody's business."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "field.html").write_text("field")
    (dist / "centre.html").write_text("centre")
    (dist / "report.html").write_text("report")
    (dist / "assets" / "app-1.js").write_text("script")
    (tmp_path / "secret").write_text("secret")
    settings = app.extensions["gridfield_settings"]
    app.extensions["gridfield_settings"] = replace(
        settings, pwa_dist=dist, live_url="https://live.example:8443/live"
    )
    yield app.test_client()
    app.extensions["gridfield_settings"] = settings


@pytest.mark.parametrize(
    ("path", "app_name"),
    [
        ("/", "field"),
        ("/houses/1", "field"),
        ("/centre", "centre"),
        ("/centre/cases/1", "centre"),
        ("/r", "report"),
        ("/r/ABCD2345", "report"),
        ("/h/ABCD2345", "report"),
        ("/rescue", "field"),
    ],
)
def test_every_screen_has_its_app(built: FlaskClient, path: str, app_name: str) -> None:
    with built.get(path) as answer:
        assert answer.get_data(as_text=True) == app_name
        assert answer.headers["Cache-Control"] == "no-cache"


def test_an_app_loads_and_asks_its_own_server_alone(built: FlaskClient) -> None:
    with built.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'self';" in policy
    assert "connect-src 'self' https://live.example:8443;" in policy
    assert "frame-ancestors 'none'" in policy


def test_what_has_a_hash_in_its_name_is_kept_for_good(built: FlaskClient) -> None:
    with built.get("/assets/app-1.js") as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "immutable" in answer.headers["Cache-Control"]
    assert built.get("/assets/gone.js").status_code == 404


PACKED = [("br, gzip", "br"), ("gzip, deflate", "gzip"), ("br;q=0, gzip", "gzip"), (None, None)]


@pytest.mark.parametrize(("asked", "sent"), PACKED)
def test_a_file_comes_packed_as_the_browser_takes_it(
    built: FlaskClient, asked: str | None, sent: str | None
) -> None:
    script = built.application.extensions["gridfield_settings"].pwa_dist / "assets/app-1.js"
    script.with_suffix(".js.br").write_text("br")
    script.with_suffix(".js.gz").write_text("gzip")

    with built.get("/assets/app-1.js", headers={"Accept-Encoding": asked} if asked else {}) as got:
        assert got.headers.get("Content-Encoding") == sent
        assert got.get_data(as_text=True) == (sent or "script")
        assert got.headers["Vary"] == "Accept-Encoding"
        assert got.mimetype == "text/javascript"
        tag = got.headers["ETag"]
    for other in {form for _, form in PACKED} - {sent}:
        headers = {"If-None-Match": tag, "Accept-Encoding": other or "identity"}
        with built.get("/assets/app-1.js", headers=headers) as got:
            assert got.status_code == 200  # a tag is of one form


def test_what_an_older_build_left_packed_is_not_sent(built: FlaskClient) -> None:
    page = built.application.extensions["gridfield_settings"].pwa_dist / "field.html"
    packed = page.with_suffix(".html.gz")
    packed.write_text("of the older build")
    os.utime(packed, (0, 0))

    with built.get("/", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.get_data(as_text=True) == "field"


def test_a_new_build_of_the_same_time_and_size_is_seen(built: FlaskClient) -> None:
    page = built.application.extensions["gridfield_settings"].pwa_dist / "field.html"
    os.utime(page, (0, 0))
    with built.get("/") as answer:
        tag = answer.headers["ETag"]
    with built.get("/", headers={"If-None-Match": tag}) as answer:
        assert answer.status_code == 304
    page.write_text("FIELD")
    os.utime(page, (0, 0))

    with built.get("/", headers={"If-None-Match": tag}) as answer:
        assert (answer.status_code, answer.get_data(as_text=True)) == (200, "FIELD")


@pytest.mark.parametrize("path", ["/../secret", "/..%2fsecret", "/assets/../../secret"])
def test_nothing_outside_the_build_is_served(built: FlaskClient, path: str) -> None:
    with built.get(path) as answer:
        assert "secret" not in answer.get_data(as_text=True)
