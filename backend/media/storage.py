"""The bytes: a folder or an S3 bucket, by STORAGE_URL."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flask import current_app
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from backend.config import current_settings
from backend.problems import Unavailable

log = logging.getLogger(__name__)


def store() -> ObjectStore:
    """The object store of this deployment."""
    found: ObjectStore | None = current_app.extensions.get("gridfield_storage")
    if found is None:
        url = current_settings().storage_url
        found = from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)
        current_app.extensions["gridfield_storage"] = found
    return found


def photo_path(sha256: str) -> str:
    """Where a photo's bytes lie."""
    return f"photos/{sha256[:2]}/{sha256}"


def read(path: str) -> bytes:
    """The bytes at a path.

    Raises:
        FileNotFoundError: there are none.
        Unavailable: the storage cannot be read just now.
    """
    with _answering():
        return bytes(store().get(path).bytes())


def write(path: str, data: bytes) -> None:
    """Put bytes at a path, durable when this returns.

    Raises:
        Unavailable: the storage cannot take them just now; nothing was written.
    """
    with _answering():
        store().put(path, data)


def remove(paths: Iterable[str]) -> None:
    """Remove what lies at these paths; what is gone already is no matter."""
    for path in paths:
        try:
            store().delete(path)
        except FileNotFoundError:
            continue


@contextmanager
def _answering() -> Iterator[None]:
    """A full disk or a bucket that is away is no error of the request, which may come again."""
    try:
        yield
    except BaseError as error:
        log.warning("the storage does not answer: %s", error)
        raise Unavailable(headers={"Retry-After": "30"}) from error
