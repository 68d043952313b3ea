"""What the map shows to whom."""

from __future__ import annotations

import pytest

from tests.conftest import SignIn
from tests.tasks.desk import add_case
from tests.town import Town


@pytest.mark.parametrize(
    ("who", "grids"),
    [("district", 4), ("dispatcher", 2), ("head", 1), ("officer", 2), ("other_dispatcher", 2)],
)
def test_outlines_of_ones_own_divisions(sign_in: SignIn, who: str, grids: int) -> None:
    town_map = sign_in(who).get("/api/map").json

    assert len(town_map["grids"]["features"]) == grids
    assert town_map["schematic"] is True
    feature = town_map["grids"]["features"][0]
    assert set(feature["properties"]) == {"id", "code", "name", "kind", "village_id"}


def test_bounds_enclose_the_grids(sign_in: SignIn) -> None:
    west, south, east, north = sign_in("dispatcher").get("/api/map").json["bounds"]

    assert (west, south, east, north) == pytest.approx((121.0, 32.0, 121.02, 32.01))


def test_an_unchanged_map_is_not_sent_again(sign_in: SignIn) -> None:
    browser = sign_in("dispatcher")
    tag = browser.get("/api/map").headers["ETag"]

    again = browser.get("/api/map", headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(("who", "count"), [("district", 8), ("dispatcher", 4), ("head", 2)])
def test_houses_as_points(sign_in: SignIn, who: str, count: int) -> None:
    features = sign_in(who).get("/api/map/houses").json["features"]

    assert len(features) == count
    assert set(features[0]["properties"]) == {"id", "state", "address"}
    assert features[0]["geometry"]["type"] == "Point"


@pytest.mark.parametrize(
    ("who", "count"), [("dispatcher", 2), ("supervisor", 1), ("other_dispatcher", 0)]
)
def test_open_hazards_as_points(town: Town, sign_in: SignIn, who: str, count: int) -> None:
    add_case(town)
    add_case(town, restricted=True)

    features = sign_in(who).get("/api/map/cases").json["features"]

    assert len(features) == count


@pytest.mark.parametrize("path", ["/api/map", "/api/map/houses", "/api/map/cases"])
def test_a_worker_has_no_desk(sign_in: SignIn, path: str) -> None:
    assert sign_in("worker").get(path).status_code == 403
