"""Schematic outlines: a polygon cut into compact parts that fit together without gap or overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from random import Random

import shapely
from shapely import MultiPoint, Point, Polygon
from shapely.ops import voronoi_diagram

ROUNDS = 12  # of moving each anchor to the middle of its part
STEP = 1e-6  # degrees, about 0.1 m: corners lie on this lattice


def scatter(polygon: Polygon, count: int, dice: Random) -> list[Point]:
    """`count` random points inside `polygon`."""
    west, south, east, north = polygon.bounds
    points: list[Point] = []
    while len(points) < count:
        point = Point(dice.uniform(west, east), dice.uniform(south, north))
        if polygon.contains(point):
            points.append(point)
    return points


def divide(polygon: Polygon, count: int, dice: Random) -> list[Polygon]:
    """`polygon` in `count` parts of about the same size, from west to east."""
    anchors = scatter(polygon, count, dice)
    for _ in range(ROUNDS):
        anchors = [shapely.centroid(part) for part in _nearest(polygon, anchors)]
    return sorted(divide_at(polygon, anchors), key=lambda part: float(part.centroid.x))


def divide_at(polygon: Polygon, anchors: Sequence[Point]) -> list[Polygon]:
    """For each anchor, the part of `polygon` that is nearest to it, in one piece."""
    return _whole(_nearest(polygon, anchors))


def _nearest(polygon: Polygon, anchors: Sequence[Point]) -> list[shapely.Geometry]:
    if len(anchors) == 1:
        return [polygon]
    cells = voronoi_diagram(MultiPoint(list(anchors)), envelope=polygon).geoms
    return [polygon.intersection(_cell_of(anchor, cells)) for anchor in anchors]


def _cell_of(anchor: Point, cells: Iterable[shapely.Geometry]) -> shapely.Geometry:
    return next(cell for cell in cells if shapely.covers(cell, anchor))


def _whole(parts: Sequence[shapely.Geometry]) -> list[Polygon]:
    """Each part in one piece; what is cut off goes to the neighbour with the longest border."""
    pieces = [sorted(_polygons(part), key=lambda piece: -piece.area) for part in parts]
    whole = [its[0] for its in pieces]
    for loose in (piece for its in pieces for piece in its[1:]):
        borders = [float(loose.intersection(part).length) for part in whole]
        host = borders.index(max(borders))
        joined = _polygons(whole[host].union(loose))
        if len(joined) == 1:
            whole[host] = joined[0]
    return whole


def _polygons(geometry: shapely.Geometry) -> list[Polygon]:
    parts = shapely.get_parts(geometry)
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def fit(leaves: Sequence[Polygon]) -> list[Polygon]:
    """The same parts with every shared border corner for corner the same."""
    lines = shapely.union_all([leaf.exterior for leaf in leaves], grid_size=STEP)
    faces = _polygons(shapely.polygonize(shapely.get_parts(lines).tolist()))
    tree = shapely.STRtree(list(leaves))
    its: dict[int, list[Polygon]] = defaultdict(list)
    for face in faces:
        its[int(tree.nearest(face.representative_point()))].append(face)
    return [join(its[number]) for number in range(len(leaves))]


def join(parts: Sequence[Polygon]) -> Polygon:
    """Parts that fit together, as one."""
    joined = shapely.union_all(list(parts))
    return max(_polygons(joined), key=lambda polygon: float(polygon.area))
