"""Photos come through with tus clients that others wrote, however the line breaks."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from backend.app import Gridfield
from backend.config import Settings
from backend.db import db
from backend.media import storage
from backend.media.models import Blob
from backend.org.door import COOKIE
from tests.conftest import SignedInClient, SignIn
from tests.media.pictures import jpeg, sha256
from tests.races.wire import BreakingLine, serving
from tests.sync import deeds
from tests.sync.phone import Phone
from tests.town import Town
from tools.paths import ROOT

CHUNK = 16 * 1024
TRIES = 200
FOREIGN = Path(__file__).parent / "upload.mjs"


@dataclass
class Sender:
    """A signed-in phone whose photo is announced, and the line that it has."""

    line: BreakingLine
    headers: dict[str, str]
    data: bytes

    @property
    def url(self) -> str:
        """Where uploads begin, by way of the breaking line."""
        return f"http://127.0.0.1:{self.line.port}/sync/photos/"


@pytest.fixture(params=[1, 2, 3])
def sender(
    request: pytest.FixtureRequest, racing_app: Gridfield, real_town: Town, enter: SignIn
) -> Iterator[Sender]:
    settings: Settings = racing_app.extensions["gridfield_settings"]
    data = jpeg(request.param)
    browser = enter("worker")
    assert isinstance(browser, SignedInClient)
    announce(Phone(browser), real_town, data)
    cookie = browser.get_cookie(COOKIE, domain="localhost")
    assert cookie is not None
    headers = {"Cookie": f"{COOKIE}={cookie.value}", "X-CSRF-Token": browser.csrf_token}
    with serving(settings) as port:
        line = BreakingLine(port, seed=request.param, longest=CHUNK + 4096)
        yield Sender(line, headers, data)
        line.close()


def announce(phone: Phone, town: Town, data: bytes) -> None:
    """Report a hazard whose photo is `data`."""
    photo = {**deeds.photo(), "sha256": sha256(data), "bytes": len(data)}
    deeds.accepted(phone, "hazard.report", deeds.hazard(town, "金新街道1村", photos=[photo]))


def arrived_once(data: bytes) -> bool:
    """Whether the storage has these bytes, and the books have them once."""
    blobs = select(func.count()).select_from(Blob).where(Blob.sha256 == sha256(data))
    return db.session.scalar(blobs) == 1 and storage.read(storage.photo_path(sha256(data))) == data


def test_tuspy_gets_a_photo_through(sender: Sender) -> None:
    client = TusClient(sender.url, headers=sender.headers)
    metadata = {"sha256": sha256(sender.data), "filetype": "image/jpeg"}
    url = ""
    for _ in range(TRIES):
        try:
            uploader = client.uploader(
                file_stream=io.BytesIO(sender.data), url=url or None, chunk_size=CHUNK,
                metadata=metadata, retries=0, upload_checksum=True,
            )  # fmt: skip
            url = url or uploader.create_url()
            uploader.set_url(url)
            uploader.upload()
            break
        except (TusCommunicationError, TusUploadFailed):
            continue

    assert sender.line.breaks >= 5
    assert arrived_once(sender.data)


def test_tus_js_client_gets_a_photo_through(sender: Sender) -> None:
    told = {
        "endpoint": sender.url,
        "headers": sender.headers,
        "metadata": {"sha256": sha256(sender.data), "filetype": "image/jpeg"},
        "chunkSize": CHUNK,
        "tries": TRIES,
        "data": sender.data.hex(),
    }
    done = subprocess.run(
        ["node", FOREIGN], input=json.dumps(told), text=True, cwd=ROOT / "pwa",
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert sender.line.breaks >= 5
    assert arrived_once(sender.data)
