"""Shapes that several mutations share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields, validate

from backend import requests

Strict = requests.Strict
moment = requests.moment

PHOTO_TYPES = ["image/jpeg", "image/png", "image/webp", "image/heic"]
PHOTO_ROLES = ["evidence", "before", "after", "overview", "drawing", "signature"]
POSITION_SOURCES = ["gps", "map", "house", "photo"]


class Whole(validate.Regexp):
    """The whole text fits the pattern, whose `$` is the end as in every other language."""

    def __call__(self, value: str) -> str:  # type: ignore[override]
        """Refuse a line feed after the end, too."""
        if re.fullmatch(str(self.regex.pattern), value) is None:
            raise ValidationError(self._format_error(value))
        return value


SHA256 = Whole(r"^[0-9a-f]{64}$", error="须为 64 位小写十六进制")


def longitude(**options: Any) -> fields.Float:  # noqa: ANN401
    """Degrees east, WGS-84, inside China."""
    inside = validate.Range(73, 136, error="位置不在中国境内")
    return fields.Float(allow_nan=False, validate=inside, **options)


def latitude(**options: Any) -> fields.Float:  # noqa: ANN401
    """Degrees north, WGS-84, inside China."""
    inside = validate.Range(3, 54, error="位置不在中国境内")
    return fields.Float(allow_nan=False, validate=inside, **options)


def metres(**options: Any) -> fields.Float:  # noqa: ANN401
    """An accuracy or a distance in metres."""
    return fields.Float(allow_nan=False, validate=validate.Range(0, 1e7), **options)


def words(longest: int = 2000, **options: Any) -> fields.String:  # noqa: ANN401
    """What a person wrote."""
    return fields.String(validate=validate.Length(max=longest), **options)


class PositionSchema(Strict):
    """Where something was: WGS-84 degrees, metres."""

    lng = longitude(required=True)
    lat = latitude(required=True)
    accuracy = metres(allow_none=True, load_default=None)
    at = moment(required=True)
    source = fields.String(required=True, validate=validate.OneOf(POSITION_SOURCES))


class PhotoSchema(Strict):
    """A line of a manifest: a photo that will come (section 6)."""

    photo_id = fields.UUID(required=True)
    sha256 = fields.String(required=True, validate=SHA256)
    bytes = fields.Integer(required=True, strict=True, validate=validate.Range(1, 20 * 1024 * 1024))
    type = fields.String(required=True, validate=validate.OneOf(PHOTO_TYPES))
    role = fields.String(required=True, validate=validate.OneOf(PHOTO_ROLES))
    item_code = fields.String(allow_none=True, load_default=None, validate=validate.Length(1, 20))
    captured_at = moment(required=True)
    lng = longitude(allow_none=True, load_default=None)
    lat = latitude(allow_none=True, load_default=None)
    accuracy = metres(allow_none=True, load_default=None)
    thumb_sha256 = fields.String(allow_none=True, load_default=None, validate=SHA256)
    thumb_bytes = fields.Integer(
        allow_none=True, load_default=None, strict=True, validate=validate.Range(1, 64 * 1024)
    )
    drawing_of = fields.UUID(allow_none=True, load_default=None)


def photos(**options: Any) -> fields.List[Any]:  # noqa: ANN401
    """A manifest."""
    checks: list[Callable[[Any], Any]] = [validate.Length(max=60), _different_photos]
    return fields.List(fields.Nested(PhotoSchema), validate=checks, **options)


def _different_photos(manifest: list[dict[str, Any]]) -> None:
    ids = [photo["photo_id"] for photo in manifest]
    twice = [index for index, photo_id in enumerate(ids) if photo_id in ids[:index]]
    if twice:
        raise ValidationError({index: {"photo_id": ["照片编号重复"]} for index in twice})
