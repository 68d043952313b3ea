"""Where the services live when the checkout's own place will not do."""

from pathlib import Path

import pytest

from tools.paths import LONGEST_SOCKET, SOCKET_NAME, open_to_others, service_home

ELSEWHERE = Path("/var/tmp")  # noqa: S108 - where short paths are


def test_services_live_in_the_checkout(tmp_path: Path) -> None:
    assert service_home(tmp_path, foreign_owner=False) == tmp_path / ".local/services"


def test_a_long_path_gives_way_to_a_short_one_of_the_checkout_s_own(tmp_path: Path) -> None:
    deep = tmp_path / ("网格" * 20)
    homes = [service_home(deep / name, foreign_owner=False) for name in ("one", "two")]

    assert all(home.parent == ELSEWHERE for home in homes)
    assert homes[0] != homes[1]
    assert all(len(bytes(home / "run" / SOCKET_NAME)) <= LONGEST_SOCKET for home in homes)


def test_root_s_postgres_lives_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    closed = tmp_path_factory.mktemp("p") / "home"
    closed.mkdir(mode=0o700)

    assert not open_to_others(closed / "checkout")
    assert service_home(closed / "checkout", foreign_owner=True).parent == ELSEWHERE
    assert service_home(closed / "checkout", foreign_owner=False).is_relative_to(closed)
