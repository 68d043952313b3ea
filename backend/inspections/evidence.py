"""Photos that look wrong as evidence: taken far from the house, or seen in another record before.

They are accepted all the same; what speaks against them stands beside them (`PhotoDoubt`). Photos
are looked at after their arrival, by a job: a phone does not wait for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.db import db, plain, statement, transaction, utc_now
from backend.media import prints, storage
from backend.media.models import PhotoDoubt, PhotoPrint
from backend.media.prints import Seen
from backend.org.queries import township_of
from backend.problems import Unavailable

log = logging.getLogger(__name__)

FAR = 500  # metres from the house
LOOKED_BACK = timedelta(days=1)  # how long a photo may wait for this job
AT_ONCE = 500


def look_at_arrivals() -> None:
    """Look at the photos that have arrived since the last time."""
    with plain() as connection:
        since = utc_now() - LOOKED_BACK
        photos = connection.execute(_UNSEEN, {"since": since, "most": AT_ONCE}).fetchall()
    for photo_id, sha256 in photos:
        _look(photo_id, sha256)


def _look(photo_id: UUID, sha256: str) -> None:
    """Look at one photo; the storage is spoken to outside the transaction."""
    try:
        seen = prints.see(storage.read(storage.photo_path(sha256)))
    except (FileNotFoundError, Unavailable):
        log.warning("photo %s cannot be looked at yet", photo_id)
        return
    with transaction():
        for photo in statement(_PHOTO, {"id": photo_id}):
            judge(photo, seen)


def judge(photo: Any, seen: Seen) -> None:  # noqa: ANN401 - a row of _PHOTO
    """Keep what a photo looks like, and what speaks against it."""
    township = township_of(photo.org_path) if photo.org_path else None
    town_id = township.id if township else None
    doubts = [*_far(photo, seen), *_twice(photo, seen, town_id)] if photo.org_path else []
    db.session.add(
        PhotoPrint(
            photo_id=photo.id,
            org_unit_id=town_id,
            owner_id=photo.owner_id,
            dhash=seen.dhash,
            bands=[] if seen.dhash is None else prints.bands(seen.dhash),
        )
    )
    about = {"org_path": photo.org_path, "grid_id": photo.grid_id, "restricted": photo.restricted}
    for doubt in doubts:
        db.session.add(PhotoDoubt(photo_id=photo.id, **about, **doubt))


def _far(photo: Any, seen: Seen) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Where the phone was, or the camera says that it was: the farther one counts."""
    if photo.house_id is None:
        return
    told = None if photo.lng is None else (photo.lng, photo.lat)
    places = [place for place in (told, seen.place) if place is not None]
    metres = [_metres(photo.house_id, *place) for place in places]
    if metres and max(metres) > FAR:
        yield {"kind": "far", "metres": round(max(metres))}


def _metres(house_id: UUID, lng: float, lat: float) -> float:
    return float(statement(_DISTANCE, {"house": house_id, "lng": lng, "lat": lat})[0].metres)


def _twice(photo: Any, seen: Seen, town_id: UUID | None) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Another record of the township has a photo that looks the same, or is the very same."""
    if seen.dhash is None or town_id is None:
        return
    like = {"dhash": seen.dhash, "bands": prints.bands(seen.dhash), "town": town_id}
    most = {"owner": photo.owner_id, "most": prints.MOST_DIFFERING}
    for twin in statement(_TWIN, like | most):
        yield {"kind": "twice", "twin_id": twin.photo_id}


# Told as arrived when its bytes came, or at once where they were there already.
_UNSEEN = """
SELECT id, sha256 FROM (
    SELECT id, sha256, role, arrived_at FROM photos WHERE announced_at >= %(since)s
    UNION
    SELECT p.id, p.sha256, p.role, p.arrived_at FROM blobs b JOIN photos p ON p.sha256 = b.sha256
    WHERE b.stored_at >= %(since)s) AS recent
WHERE arrived_at IS NOT NULL AND role NOT IN ('drawing', 'signature')
    AND NOT EXISTS (SELECT FROM photo_prints WHERE photo_id = recent.id)
ORDER BY arrived_at, id LIMIT %(most)s
"""
_PHOTO = """
SELECT p.id, p.owner_id, p.lng, p.lat, o.org_path, o.grid_id, o.house_id,
    coalesce(o.restricted, false) OR p.scope LIKE 'user:%%' AND o.kind = 'inspection' AS restricted
FROM photos p LEFT JOIN LATERAL (
    SELECT 'inspection' AS kind, org_path, grid_id, house_id, false AS restricted
    FROM inspections WHERE p.owner_kind = 'inspection' AND id = p.owner_id
    UNION ALL
    SELECT 'case', org_path, grid_id, house_id, restricted
    FROM cases WHERE p.owner_kind = 'case' AND id = p.owner_id
    UNION ALL
    SELECT 'task', org_path, grid_id, house_id, restricted
    FROM tasks WHERE p.owner_kind = 'task' AND id = p.owner_id) AS o ON true
WHERE p.id = %(id)s AND NOT EXISTS (SELECT FROM photo_prints WHERE photo_id = p.id)
"""
_DISTANCE = """
SELECT ST_Distance(point::geography,
    ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326)::geography) AS metres
FROM houses WHERE id = %(house)s
"""
_TWIN = """
SELECT photo_id FROM photo_prints
WHERE bands && %(bands)s::integer[] AND org_unit_id = %(town)s AND owner_id <> %(owner)s
    AND bit_count((dhash # %(dhash)s::bigint)::bit(64)) <= %(most)s
ORDER BY looked_at, photo_id LIMIT 1
"""
