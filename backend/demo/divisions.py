"""The county, its townships and villages, their grids and micro-grids: names, codes, outlines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import shapely
from shapely.geometry import Point, Polygon, shape

from backend.demo import outlines

DATA = Path(__file__).parent / "data"
ENDINGS = (("村民委员会", "村"), ("村委会", "村"), ("居民委员会", ""), ("居委会", ""))
ORDINALS = "一二三四五六七八九"


@dataclass
class Area:
    """A division, grid or micro-grid with its parts and its outline (WGS-84)."""

    code: str
    name: str
    kind: str  # county, township, village, basic, micro
    outline: Polygon = field(default_factory=Polygon)
    parts: list[Area] = field(default_factory=list)

    def all_parts(self) -> Iterator[Area]:
        """Itself and all below, parents first."""
        yield self
        for part in self.parts:
            yield from part.all_parts()

    def leaves(self) -> Iterator[Area]:
        """The smallest parts."""
        return (area for area in self.all_parts() if not area.parts)

    def part(self, code: str) -> Area:
        """The part right below with this code.

        Raises:
            KeyError: there is none.
        """
        return {part.code: part for part in self.parts}[code]


def build_county(town_code: str, seed: int) -> Area:
    """The county of a township with all its divisions and grids; micro-grids there alone.

    Raises:
        KeyError: there is no such township, or no outline of its county.
    """
    county = _named_tree(town_code[:6])
    county.part(town_code)
    county.outline = _county_outline(county.code)
    _cut_townships(county, seed)
    for township in county.parts:
        _cut(township, township.parts, Random(f"{seed}:{township.code}"))
        for village in township.parts:
            _add_grids(village, Random(f"{seed}:{village.code}"), deep=township.code == town_code)
    _make_fit(county)
    return county


def _named_tree(county_code: str) -> Area:
    areas: dict[str, Area] = {}
    with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"].startswith(county_code):
                areas[row["code"]] = area = Area(row["code"], short(row["name"]), row["level"])
                if row["parent_code"] in areas:
                    areas[row["parent_code"]].parts.append(area)
    return areas[county_code]


def short(name: str) -> str:
    """A village's name as people say it: 华山社区居委会 → 华山社区, 界北村委会 → 界北村."""
    name = re.sub("[（(][^（）()]*[）)]$", "", name)
    for ending, kept in ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending).removesuffix(kept) + kept
    return name


def _county_outline(county_code: str) -> Polygon:
    features = json.loads((DATA / "counties.geojson").read_text(encoding="utf-8"))["features"]
    shapes = {one["properties"]["code"]: shape(one["geometry"]) for one in features}
    parts = shapely.get_parts(shapes[county_code]).tolist()
    largest: Polygon = max(parts, key=lambda polygon: polygon.area)
    return largest


def _cut_townships(county: Area, seed: int) -> None:
    """Round their rough middles where those are known, else anyhow."""
    with (DATA / "townships.csv").open(encoding="utf-8", newline="") as file:
        middles = {
            row["code"]: Point(float(row["lng"]), float(row["lat"])) for row in csv.DictReader(file)
        }
    if not all(town.code in middles for town in county.parts):
        _cut(county, county.parts, Random(f"{seed}:{county.code}"))
        return
    anchors = [middles[town.code] for town in county.parts]
    for town, part in zip(county.parts, outlines.divide_at(county.outline, anchors), strict=True):
        town.outline = part


def _cut(area: Area, parts: list[Area], dice: Random) -> None:
    cut = outlines.divide(area.outline, len(parts), dice)
    for part, outline in zip(parts, cut, strict=True):
        part.outline = outline
    area.parts = parts


def _add_grids(village: Area, dice: Random, *, deep: bool) -> None:
    """Two to four grids, numbered from west to east; in depth, some have micro-grids.

    Codes: the village's 12 digits, 3 for the grid, 3 more for the micro-grid.
    """
    _cut(village, _numbered(village, "basic", dice.randint(2, 4)), dice)
    for grid in village.parts:
        if deep and dice.random() < 0.5:
            _cut(grid, _numbered(grid, "micro", dice.randint(2, 3)), dice)


def _numbered(area: Area, kind: str, count: int) -> list[Area]:
    word = "网格" if kind == "basic" else "微网格"
    return [
        Area(f"{area.code}{number:03}", f"{area.name}第{ORDINALS[number - 1]}{word}", kind)
        for number in range(1, count + 1)
    ]


def _make_fit(county: Area) -> None:
    """Give every area the outline that its smallest parts make together."""
    leaves = list(county.leaves())
    fitted = outlines.fit([leaf.outline for leaf in leaves])
    for leaf, outline in zip(leaves, fitted, strict=True):
        leaf.outline = outline
    _join_up(county)


def _join_up(area: Area) -> Polygon:
    if area.parts:
        area.outline = outlines.join([_join_up(part) for part in area.parts])
    return area.outline
