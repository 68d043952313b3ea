"""The bytes: a folder or an S3 bucket, by STORAGE_URL."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from flask import current_app
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

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


def write(path: str, data: bytes | IO[bytes]) -> None:
    """Put bytes at a path; in a folder a loss of power may still undo it.

    Raises:
        Unavailable: the storage cannot take them just now; nothing was written.
    """
    with _answering():
        store().put(path, data)


def keep(path: str, data: bytes | IO[bytes]) -> None:
    """Put bytes at a path, durable when this returns: a bucket is so by itself.

    Raises:
        Unavailable: the storage cannot take them just now.
    """
    write(path, data)
    here = store()
    if isinstance(here, LocalStore) and here.prefix is not None:
        file = here.prefix / path
        with _answering():
            for one in (file, *file.parents[: len(Path(path).parts)]):
                _flush(one)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        log.warning("the storage does not answer: %s", error)
        raise Unavailable(headers={"Retry-After": "30"}) from error
