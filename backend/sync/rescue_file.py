"""Reading a rescue file: a tar in age's encryption (docs/sync-protocol.md, section 8; ADR 0008).

Nothing is ever held whole in memory: the file lies on the disk, first as it came, then decrypted,
and is read member by member.
"""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any, BinaryIO
from uuid import UUID

import orjson
import pyrage
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from backend.delivery.keys import rescue_identities
from backend.problems import RescueUnreadable
from backend.sync.envelope import PhoneTime

FORMAT = 1
HEADER = "rescue.json"
MOST_BYTES_OF_A_RECORD = 4 * 1024 * 1024


class HeaderSchema(Schema):
    """The first member: whose file it is, and when the phone made it."""

    class Meta:
        """Marshmallow's options."""

        unknown = EXCLUDE

    format = fields.Integer(required=True, strict=True)
    user_id = fields.UUID(required=True)
    device_id = fields.UUID(required=True)
    app = fields.String(required=True, validate=validate.Length(max=200))
    made_at = PhoneTime(required=True)
    clock_offset_ms = fields.Integer(required=True, validate=validate.Range(-(10**13), 10**13))


@dataclass(frozen=True)
class Header:
    """Whose file it is, and when it was made, by the phone's clock; `offset` is server minus it."""

    user_id: UUID
    device_id: UUID
    app: str
    made_at: datetime
    offset: timedelta


@dataclass(frozen=True)
class Member:
    """A part of the file: its folder (mutations, photos, drafts), name, size and bytes."""

    folder: str
    name: str
    size: int
    body: IO[bytes]


@dataclass
class RescueFile:
    """A decrypted file; `sha256` is that of the encrypted one, which lies in `sealed`."""

    sha256: str
    sealed: BinaryIO
    header: Header
    archive: tarfile.TarFile

    def members(self) -> Iterator[Member]:
        """Its parts after the header, in their order.

        Raises:
            RescueUnreadable: the archive is damaged.
        """
        try:
            for info in self.archive:
                body = self.archive.extractfile(info)
                folder, _, name = info.name.partition("/")
                if body is not None and name:
                    yield Member(folder, name, info.size, body)
        except tarfile.TarError as error:
            raise RescueUnreadable from error


@contextmanager
def opened(source: IO[bytes]) -> Iterator[RescueFile]:
    """A file as it came, decrypted and checked from end to end, while it is read.

    Raises:
        RescueUnreadable: it is none of ours, cut off, altered, or of a format not known yet.
    """
    with tempfile.TemporaryFile() as sealed, tempfile.TemporaryFile() as plain:
        shutil.copyfileobj(source, sealed, 1024 * 1024)
        sealed.seek(0)
        sha256 = hashlib.file_digest(sealed, "sha256").hexdigest()
        sealed.seek(0)
        _decrypt(sealed, plain)
        plain.seek(0)
        try:
            with tarfile.open(fileobj=plain, mode="r:") as archive:
                yield RescueFile(sha256, sealed, _header(archive), archive)
        except tarfile.TarError as error:
            raise RescueUnreadable from error


def _decrypt(sealed: IO[bytes], plain: IO[bytes]) -> None:
    identities = [pyrage.x25519.Identity.from_str(key) for key in rescue_identities()]
    try:
        pyrage.decrypt_io(sealed, plain, identities)
    except pyrage.DecryptError as error:
        detail = "这不是为本中心导出的文件,或文件已损坏,请让网格员重新导出"
        raise RescueUnreadable(detail) from error
    except OSError as error:
        if error.errno is not None:
            raise  # the disk, not the file
        raise RescueUnreadable from error


def _header(archive: tarfile.TarFile) -> Header:
    first = archive.next()
    body = archive.extractfile(first) if first is not None else None
    if first is None or first.name != HEADER or body is None:
        raise RescueUnreadable
    try:
        told = HeaderSchema().load(parsed(body, first.size))
    except ValidationError as error:
        raise RescueUnreadable from error
    if told.pop("format") != FORMAT:
        raise RescueUnreadable("文件由更新版本的应用导出,请先升级服务器")
    offset = timedelta(milliseconds=told.pop("clock_offset_ms"))
    return Header(**told, offset=offset)


def parsed(body: IO[bytes], size: int) -> Any:  # noqa: ANN401 - JSON
    """The JSON of a member.

    Raises:
        RescueUnreadable: it is none, or larger than a record can be.
    """
    if size > MOST_BYTES_OF_A_RECORD:
        raise RescueUnreadable
    try:
        return orjson.loads(body.read())
    except orjson.JSONDecodeError as error:
        raise RescueUnreadable from error
