"""Whatever bytes reach the phone's doors: a problem document or a verdict, and the queue goes on.

`make fuzz FUZZ=5000` tries more than the usual run does.
"""

from __future__ import annotations

import copy
import gzip
import json
import os
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.conftest import SignIn
from tests.media.pictures import metadata
from tests.sync import deeds
from tests.sync.phone import Phone, feedback, now
from tests.town import Town

EXAMPLES = int(os.environ.get("FUZZ", "80"))
HALF = "\ud83d"
fuzzed = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))

WILD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["\0", HALF, "", "1", "a" * 5000, 10**400, -(2**63), 2**31, "9999-12-31", "0"]),
    st.recursive(st.none(), lambda inner: st.lists(inner, min_size=1, max_size=2), max_leaves=40),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
)


@pytest.fixture
def phone(sign_in: SignIn) -> Phone:
    return Phone(sign_in("worker"))


def honest(phone: Phone, town: Town) -> dict[str, Any]:
    """A right body for every door that takes JSON."""
    mutations = [
        phone.mutation("feedback.submit", feedback()),
        phone.mutation("inspection.submit", deeds.inspection(town, "金新街道1村1", "D01")),
    ]
    whole = {"proto": 1, "epoch": None, "client_id": phone.client_id}
    return {
        "/sync/push": {**whole, "app": "test", "client_now": now(), "mutations": mutations},
        "/sync/pull": {**whole, "view": 1, "cursors": {"global": 0}, "loading": {}, "limit": 50},
        "/sync/verify": {"scope": "global"},
        "/sync/photos/have": {"sha256": ["a" * 64]},
        "/sync/health": {"app": "test", "pending": 0},
    }


@st.composite
def broken(draw: st.DrawFn, whole: Any) -> Any:
    """The value with one to three places changed, taken out or added."""
    it = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        node = it
        while True:
            keys = sorted(node) if isinstance(node, dict) else list(range(len(node)))
            key = draw(st.sampled_from(keys)) if keys else None
            inner = node[key] if key is not None else None
            if not isinstance(inner, (dict, list)) or not inner or draw(st.integers(0, 3)) == 0:
                break
            node = inner
        _break_at(draw, node, key)
    return it


def _break_at(draw: st.DrawFn, node: Any, key: Any) -> None:
    deed = draw(st.sampled_from(["change", "take out", "add"]))
    if deed == "add" or key is None:
        if isinstance(node, dict):
            node[draw(st.text(max_size=4))] = draw(WILD)
        else:
            node.append(draw(WILD))
    elif deed == "take out":
        del node[key]
    else:
        node[key] = draw(WILD)


def doubled(text: str) -> str:
    """The same JSON object with its first key twice."""
    key = json.dumps(next(iter(json.loads(text)), "x"))
    return "{" + key + ": null, " + text[1:] if text.startswith("{") else text


@st.composite
def packed(draw: st.DrawFn, body: Any) -> tuple[bytes, dict[str, str]]:
    """The body as bytes with its headers, right or wrong in form as well."""
    text = json.dumps(body)
    text = doubled(text) if draw(st.integers(0, 5)) == 0 else text
    data, headers = text.encode("utf-8", "surrogatepass"), {"Content-Type": "application/json"}
    form = draw(st.sampled_from(["plain", "plain", "gzip", "gzip", "cut", "flipped", "typed"]))
    if form == "gzip" or (form in {"cut", "flipped"} and draw(st.booleans())):
        data, headers["Content-Encoding"] = gzip.compress(data, 1), "gzip"
    if form == "cut":
        data = data[: draw(st.integers(0, len(data)))]
    if form == "flipped" and data:
        at = draw(st.integers(0, len(data) - 1))
        data = data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :]
    if form == "typed":
        name = draw(st.sampled_from(["Content-Type", "Content-Encoding"]))
        headers[name] = draw(st.sampled_from(["text/html", "br", "gzip", "", "a/b;c=d"]))
    return data, headers


def hold(answer: TestResponse) -> None:
    """Refuse an answer that is neither ours nor a problem document."""
    assert answer.status_code < 500, answer.get_data(as_text=True)
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        assert answer.content_type == "application/problem+json"
        assert {"type", "title", "status", "detail"} <= set(answer.json or {})


def goes_on(phone: Phone) -> None:
    """Push as this client would when it has understood what the server tells it."""
    sent = phone.mutation("feedback.submit", feedback())
    answer = phone.push({**sent, "mid": 2**40})
    assert answer.status_code == 409, answer.get_data(as_text=True)
    answer = phone.push({**sent, "mid": answer.json["expect"]})
    assert answer.json["results"][0]["verdict"] == "ok"


@pytest.mark.parametrize(
    "path", ["/sync/push", "/sync/pull", "/sync/verify", "/sync/photos/have", "/sync/health"]
)
def test_no_body_makes_a_door_fail_or_a_queue_stop(path: str, phone: Phone, town: Town) -> None:
    right = honest(phone, town)[path]

    @fuzzed
    @given(sent=broken(right).flatmap(packed))
    def asked(sent: tuple[bytes, dict[str, str]]) -> None:
        data, headers = sent
        hold(phone.http.post(path, data=data, headers=headers))
        goes_on(phone)

    asked()


HEADER = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20),
    st.sampled_from(["", "-1", "0", "1", "9" * 15, "9" * 400, "1.0.0", "1e3", "sha256 ", "sha1 x"]),
    st.sampled_from(["sha256 YQ==", "sha256 !!!", ",,,", "sha256", "filetype aW1hZ2U="]),
)
HEADERS = ["Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum", "Tus-Resumable"]


def test_no_header_makes_an_upload_fail(phone: Phone, town: Town) -> None:
    data = b"sixteen bytes..."
    photo = deeds.photo(body=data)
    deeds.accepted(phone, "hazard.report", deeds.hazard(town, "金新街道1村", photos=[photo]))
    places = [f"/sync/photos/{uuid4()}", "/sync/photos/", _begun(phone.http, data)]

    @fuzzed
    @given(
        method=st.sampled_from(["POST", "PATCH", "HEAD", "DELETE", "OPTIONS"]),
        path=st.sampled_from(places),
        headers=st.dictionaries(st.sampled_from([*HEADERS, "Content-Type"]), HEADER, max_size=6),
        body=st.binary(max_size=64),
    )
    def asked(method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        given_ = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
        hold(phone.http.open(path, method=method, headers={**given_, **headers}, data=body))

    asked()
    goes_on(phone)


def _begun(http: FlaskClient, data: bytes) -> str:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Metadata": metadata(data)}
    answer = http.post("/sync/photos/", headers={**headers, "Upload-Length": str(len(data))})
    return str(answer.headers["Location"])
