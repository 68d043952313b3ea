"""Text messages: handed to the gateway once, signed, and to the log only on trial."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import orjson
import pytest

from backend.app import Gridfield
from backend.db import db, transaction, utc_now
from backend.delivery import aliyun, gateways, texts
from backend.delivery.models import TextMessage
from tests.delivery.services import PushService, running_push_service
from tools.valkey import Valkey

Jobs = Callable[[], None]
PHONE = "13900005678"


@pytest.fixture
def gateway(app: Gridfield, broker: Valkey, database: None) -> Iterator[PushService]:
    with running_push_service() as service:
        before = app.extensions["gridfield_settings"]
        app.extensions["gridfield_settings"] = replace(
            before,
            text_gateway_url=f"http://127.0.0.1:{service.port}/texts",
            text_gateway_secret="守口如瓶",
        )
        yield service
        app.extensions["gridfield_settings"] = before


def send_code() -> None:
    with transaction():
        texts.send_text(PHONE, "verification", {"code": "482913"})


def row() -> TextMessage:
    db.session.expire_all()
    return db.session.query(TextMessage).one()


def test_a_text_is_signed_and_forgotten_once_it_has_left(
    gateway: PushService, do_jobs: Jobs
) -> None:
    send_code()
    do_jobs()

    [(path, headers, body)] = gateway.requests
    told = orjson.loads(body)
    assert path == "/texts"
    assert (told["to"], told["code"], told["values"]) == (
        PHONE,
        "verification",
        {"code": "482913"},
    )
    assert "482913" in told["text"]
    assert headers["idempotency-key"] == told["id"] == str(row().id)
    moment = headers["x-gridfield-timestamp"]
    assert headers["x-gridfield-signature"] == gateways.signature("守口如瓶", moment, body)
    assert (row().state, row().told) == ("sent", {})


def test_a_signature_is_the_hmac_that_the_documents_name() -> None:
    # printf '1700000000.{}' | openssl dgst -sha256 -hmac secret
    assert (
        gateways.signature("secret", "1700000000", b"{}")
        == "b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
    )


def test_a_gateway_in_trouble_is_asked_again_with_the_same_key(
    gateway: PushService, do_jobs: Jobs
) -> None:
    gateway.status = 500
    send_code()
    do_jobs()
    assert (row().state, row().last_error) == ("queued", "500")

    gateway.status = 200
    with transaction():
        row().next_attempt_at = utc_now()
    texts.sweep()
    do_jobs()

    keys = {headers["idempotency-key"] for _, headers, _ in gateway.requests}
    assert (row().state, len(gateway.requests), len(keys)) == ("sent", 2, 1)


def test_two_jobs_send_one_text(gateway: PushService) -> None:
    send_code()
    for _ in range(2):
        texts.deliver(str(row().id))

    assert len(gateway.requests) == 1


@pytest.mark.parametrize("status", [400, 404, 422])
def test_what_the_gateway_will_never_take_is_given_up(
    gateway: PushService, do_jobs: Jobs, status: int
) -> None:
    gateway.status = status
    send_code()
    do_jobs()

    assert (row().state, row().last_error) == ("failed", str(status))


def test_a_missing_value_is_found_out_at_once(database: None) -> None:
    with pytest.raises(KeyError):
        texts.send_text(PHONE, "verification", {})


def test_on_trial_the_log_takes_it_with_the_number_masked(
    broker: Valkey, do_jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        send_code()
        do_jobs()

    assert row().state == "sent"
    assert "139****5678" in caplog.text
    assert "482913" in caplog.text
    assert PHONE not in caplog.text


def test_without_a_gateway_nothing_is_claimed_to_be_sent(database: None) -> None:
    send_code()
    texts.deliver(str(row().id))

    assert (row().state, row().last_error) == ("failed", "no text gateway is set")


def test_aliyuns_own_example_of_a_signature() -> None:
    # From Aliyun's page on request structure and signature, version 3.
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-version": "2014-05-26",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-content-sha256": aliyun.fresh_headers("", "", "")["x-acs-content-sha256"],
    }
    query = {
        "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        "RegionId": "cn-shanghai",
    }

    told = aliyun.authorization(("YourAccessKeyId", "YourAccessKeySecret"), query, headers)

    assert told == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature="
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )
