"""The built PWA's files, the page of each problem type, and the trial certificate."""

from __future__ import annotations

import hashlib
import html
import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, request, send_file
from werkzeug.routing import PathConverter

from backend.config import current_settings
from backend.problems import NotFound, all_problems

pages = Blueprint("pages", __name__)
FOREVER = 365 * 86400
# By the first word of an address; a stranger at a door label gets the residents' page.
APPS = {"centre": "centre.html", "r": "report.html", "h": "report.html"}
RESERVED = ("live", "assets/")
PACKED = {"br": ".br", "gzip": ".gz"}  # what the build lays beside a file, the smallest first


class Screen(PathConverter):
    """Any path but those of the doors: there, what does not exist is a problem document."""

    regex = "(?!(?:api|sync)/)[^/].*?"


@pages.get("/", defaults={"path": ""})
@pages.get("/<screen:path>")
def page(path: str) -> Response:
    """A file of the build; any other address is a screen of one of the two apps."""
    dist = current_settings().pwa_dist
    found = _inside(dist, path)
    if found is not None:
        return _file(found, forever=path.startswith("assets/"))
    if path.startswith(RESERVED):
        raise NotFound
    entry = _inside(dist, APPS.get(path.partition("/")[0], "field.html"))
    if entry is None:
        raise NotFound("应用尚未构建:请运行 make build")
    return _file(entry, forever=False)


def _inside(root: Path, path: str) -> Path | None:
    try:
        target = (root / path).resolve()
        return target if target.is_relative_to(root) and target.is_file() else None
    except (OSError, ValueError):  # longer than a file's name can be, or with a NUL
        return None


def _file(path: Path, *, forever: bool) -> Response:
    encoding, sent = _packed(path)
    answer = send_file(
        sent,
        mimetype=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        max_age=FOREVER if forever else 0,
        # By content: two builds may be told apart neither by time nor by size.
        etag=True if forever else hashlib.sha256(sent.read_bytes()).hexdigest()[:32],
        conditional=True,
    )
    if encoding is not None:
        answer.headers["Content-Encoding"] = encoding
    answer.vary.add("Accept-Encoding")
    if forever:
        answer.cache_control.immutable = True
    else:
        answer.headers["Cache-Control"] = "no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if path.suffix == ".html":
        answer.headers.update(_fences())
    return answer


def _packed(path: Path) -> tuple[str | None, Path]:
    """The smallest form of a file that the browser takes, and how that is packed.

    One that is older than the file was left behind by another build.
    """
    changed = path.stat().st_mtime_ns
    for encoding, suffix in PACKED.items():
        packed = path.with_name(path.name + suffix)
        if request.accept_encodings[encoding] <= 0 or not packed.is_file():
            continue
        if packed.stat().st_mtime_ns >= changed:
            return encoding, packed
    return None, path


def _fences() -> dict[str, str]:
    """What an app's page may do: load and ask its own server alone, and never be framed."""
    live = urlsplit(current_settings().live_url)
    sources = {
        "default-src": "'self'",
        "connect-src": f"'self' {live.scheme}://{live.netloc}",
        "img-src": "'self' blob: data:",
        "script-src": "'self' 'wasm-unsafe-eval'",  # the reader of QR codes
        "style-src": "'self' 'unsafe-inline'",  # element styles of the two map and form kits
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in sources.items()),
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    }


@pages.get("/problems/<slug>")
def problem(slug: str) -> Response:
    """What a problem type means."""
    for kind in all_problems():
        if kind.slug == slug:
            lines = (
                f"<h1>{kind.title}</h1><p>{kind.status} · {slug}</p><p>{html.escape(kind.doc)}</p>"
            )
            return Response(f"<!doctype html><meta charset=utf-8>{lines}", mimetype="text/html")
    raise NotFound


@pages.get("/ca.crt")
def certificate() -> Response:
    """The trial's certificate authority, for a phone to trust."""
    path = current_settings().ca_certificate
    if path is None or not path.is_file():
        raise NotFound
    return send_file(path, mimetype="application/x-x509-ca-cert")


def install(app: Flask) -> None:
    """Serve pages."""
    app.url_map.converters["screen"] = Screen
    app.register_blueprint(pages)
