"""What `make demo` understands, refuses and tells."""

import json
import socket
from pathlib import Path

import pytest

from tools.addresses import require_free
from tools.demo import Plan, read_plan, settings, write_demo_file
from tools.say import Stop, table, width


def test_addresses_follow_host_port_and_tls() -> None:
    plain, secure = read_plan({}), read_plan({"HOST": "10.0.0.5", "PORT": "9000", "TLS": "1"})

    assert (plain.url, plain.live_url) == ("http://127.0.0.1:8000", "http://127.0.0.1:8001/live")
    assert (secure.url, secure.live_url) == ("https://10.0.0.5:9000", "https://10.0.0.5:9001/live")


@pytest.mark.parametrize("port", ["0", "65535", "http", "-1", "8000.0"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(Stop, match="is no port"):
        read_plan({"PORT": port})


def test_a_busy_port_is_refused_with_another_to_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Stop, match=f"Port {port} on 127.0.0.1 cannot be used") as refused:
            require_free("127.0.0.1", port)
    assert refused.value.remedy == f"Choose other ports: make demo PORT={port + 10}"


def test_the_cookie_is_secure_where_the_connection_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COOKIE_SECURE", "CA_CERTIFICATE", "STORAGE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STORAGE_URL", "s3://mine")
    plain = settings(Plan("127.0.0.1", 8000, tls=False), {})
    secure = settings(Plan("127.0.0.1", 8000, tls=True), {})

    assert (plain["COOKIE_SECURE"], secure["COOKIE_SECURE"]) == ("false", "true")
    assert "CA_CERTIFICATE" not in plain
    assert secure["CA_CERTIFICATE"].endswith("ca.crt")
    assert plain["STORAGE_URL"] == "s3://mine", "what the caller has set wins"


def test_the_demo_file_tells_only_what_is_promised(tmp_path: Path) -> None:
    account = {"role": "grid_worker", "username": "w1", "password": "p", "name": "王"}
    plan = Plan("127.0.0.1", 8000, tls=False)
    write_demo_file(plan, [account | {"id": "x"}], tmp_path / "demo.json")

    told = json.loads((tmp_path / "demo.json").read_text())
    assert told == {"url": "http://127.0.0.1:8000", "accounts": [account]}


def test_columns_stand_straight_with_chinese_in_them() -> None:
    chinese, latin = table(("name", "user"), [("王小明", "w1"), ("Ann", "a2")]).splitlines()[2:]

    assert width(chinese.removesuffix("w1")) == width(latin.removesuffix("a2")) == 8
