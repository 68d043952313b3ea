"""Knowing that a phone is its holder's: a code by text message, typed in again."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from sqlalchemy import func, select

from backend.db import db, utc_now
from backend.delivery import gateways
from backend.delivery.texts import send_text
from backend.problems import Conflict, FieldError, TooManyAttempts, Validation
from backend.sources.models import PhoneCode

PHONE = re.compile(r"1[3-9][0-9]{9}")
GOOD_FOR = timedelta(minutes=10)
APART = timedelta(seconds=60)
MOST_TRIES = 5
MOST_A_DAY = 5  # for one phone
MOST_AN_HOUR = 60  # for one address, which many phones of a mobile network may share


def send_code(phone: str, address: str) -> None:
    """Send a code to a phone.

    Raises:
        Validation: that is no mobile number.
        TooManyAttempts: this phone, or its network, must wait.
        Conflict: no way is set up by which texts leave.
    """
    if not PHONE.fullmatch(phone):
        raise Validation(errors=[FieldError("/phone", "invalid", "请填写 11 位手机号")])
    if not gateways.available():
        raise Conflict("短信暂未开通,请拨打 12345 反映")
    _slow_down(phone, address)
    code = f"{secrets.randbelow(1_000_000):06}"
    db.session.add(PhoneCode(phone=phone, address=address, code_sha256=_digest(phone, code)))
    db.session.flush()
    send_text(phone, "verification", {"code": code})


def _slow_down(phone: str, address: str) -> None:
    now = utc_now()
    newest = db.session.scalar(select(func.max(PhoneCode.sent_at)).filter_by(phone=phone))
    if newest is not None and now - newest < APART:
        wait = (newest + APART - now).seconds + 1
        raise TooManyAttempts(f"请在 {wait} 秒后再获取验证码", headers={"Retry-After": str(wait)})
    of_day = _count(PhoneCode.phone == phone, now - timedelta(days=1))
    if of_day >= MOST_A_DAY or _count(PhoneCode.address == address, now - timedelta(hours=1)) >= (
        MOST_AN_HOUR
    ):
        raise TooManyAttempts("获取验证码次数过多,请稍后再试", headers={"Retry-After": "3600"})


def _count(condition: object, since: object) -> int:
    query = select(func.count()).select_from(PhoneCode).where(condition, PhoneCode.sent_at > since)  # type: ignore[arg-type]
    return db.session.scalar(query) or 0


def _digest(phone: str, code: str) -> str:
    return hashlib.sha256(f"{phone}:{code}".encode()).hexdigest()


def is_right(phone: str, code: str) -> bool:
    """Whether the phone's last code is this one; each try counts, and five are all there are.

    The answer must be committed whatever it is. A right code stays good until `use_up`.
    """
    last = _last(phone)
    if last is None or last.attempts >= MOST_TRIES:
        return False
    last.attempts += 1
    db.session.flush()
    return hmac.compare_digest(last.code_sha256, _digest(phone, code))


def use_up(phone: str) -> None:
    """Let the phone's code be good for nothing more."""
    last = _last(phone)
    if last is None:
        raise wrong_code()
    last.used_at = utc_now()
    db.session.flush()


def _last(phone: str) -> PhoneCode | None:
    """The newest code, if it may still be used; nobody else's until the transaction ends."""
    query = select(PhoneCode).where(PhoneCode.phone == phone)
    newest = query.order_by(PhoneCode.sent_at.desc(), PhoneCode.id.desc()).limit(1)
    found = db.session.scalars(
        newest.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    fresh = found is not None and found.sent_at > utc_now() - GOOD_FOR
    return found if found is not None and fresh and found.used_at is None else None


def wrong_code() -> Validation:
    """What whoever typed a wrong code is told."""
    told = "验证码不正确或已过期,请重新获取"
    return Validation(errors=[FieldError("/phone_code", "wrong", told)])
