"""Every refusal the product can give, as RFC 9457 problem details."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import orjson
from flask import Flask, Response
from werkzeug.exceptions import HTTPException


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: a JSON pointer to it, a stable code, a Chinese sentence."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):  # noqa: N818 - the standard's own word
    """A refusal. Subclasses fix slug, status and title; an instance adds the particulars."""

    slug: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "服务器出错"
    doc: ClassVar[str] = "The server failed; nothing was changed. Try again."

    def __init__(
        self,
        detail: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,  # noqa: ANN401 - members of the problem document
    ) -> None:
        """Keep what the answer will say."""
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.extra = extra

    def document(self) -> dict[str, Any]:
        """The problem document, as a dict."""
        body: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }
        if self.errors:
            body["errors"] = [asdict(error) for error in self.errors]
        return body

    def response(self) -> Response:
        """The problem as an HTTP answer."""
        return Response(
            orjson.dumps(self.document()),
            status=self.status,
            headers=self.headers,
            content_type="application/problem+json",
        )


class Validation(Problem):
    """A field is missing, unknown or of the wrong kind."""

    slug = "validation"
    status = 422
    title = "提交的内容有误"
    doc = "Fields are missing, unknown or wrong; `errors` points to each."


class MalformedJson(Problem):
    """The body is not the JSON that it says it is."""

    slug = "malformed-json"
    status = 400
    title = "请求内容不是有效的 JSON"
    doc = "The body could not be read as JSON (or as gzip, where it says so)."


class UnsupportedMediaType(Problem):
    """The body is of a kind that this door does not take."""

    slug = "unsupported-media-type"
    status = 415
    title = "不支持的内容类型"
    doc = "Send application/json, plain or gzip."


class Unauthenticated(Problem):
    """Nobody is signed in, or the session has ended."""

    slug = "unauthenticated"
    status = 401
    title = "请先登录"
    doc = "The session is missing or has ended: sign in again; unsent work is kept."


class BadCredentials(Problem):
    """Name and password do not fit."""

    slug = "bad-credentials"
    status = 401
    title = "用户名或密码不正确"
    doc = "User name and password do not fit together."


class TooManyAttempts(Problem):
    """Too many wrong passwords."""

    slug = "too-many-attempts"
    status = 429
    title = "尝试次数过多,请稍后再试"
    doc = "Signing in is slowed after wrong passwords; wait `Retry-After` seconds."


class RateLimited(Problem):
    """One token asks too often."""

    slug = "rate-limited"
    status = 429
    title = "请求过于频繁"
    doc = "A token may ask 120 times a minute; wait `Retry-After` seconds."


class Csrf(Problem):
    """The proof that the request comes from the own page is missing."""

    slug = "csrf"
    status = 403
    title = "页面已过期,请刷新后重试"
    doc = "Unsafe requests need the X-CSRF-Token of the session."


class Forbidden(Problem):
    """This person may not do this."""

    slug = "forbidden"
    status = 403
    title = "没有权限"
    doc = "The signed-in person lacks the permission."


class NotFound(Problem):
    """There is no such thing, or it is not this person's to see."""

    slug = "not-found"
    status = 404
    title = "没有找到"
    doc = "No such record, or outside the person's subtree."


class MethodNotAllowed(Problem):
    """The address does not take this method."""

    slug = "method-not-allowed"
    status = 405
    title = "不支持的请求方法"
    doc = "The address exists, but not with this method."


class Conflict(Problem):
    """The record's state does not allow it."""

    slug = "conflict"
    status = 409
    title = "当前状态不允许此操作"
    doc = "The record is in a state in which this cannot be done."


class IllegalTransition(Problem):
    """The table of what may become of a case does not have this step."""

    slug = "illegal-transition"
    status = 409
    title = "当前状态不允许这一步"
    doc = "The case is in `state`, where `action` cannot be done; `allowed` can, by this person."


class Overtaken(Problem):
    """Somebody else has acted since this person looked."""

    slug = "overtaken"
    status = 409
    title = "别人已先办理,请查看后再决定"
    doc = "The case has moved on since `seen`: `version` is its number, `thread` what was done."


class RemindedAlready(Problem):
    """A worker is reminded once an hour at most."""

    slug = "reminded-already"
    status = 409
    title = "一小时内已提醒过"
    doc = "This worker was reminded less than an hour ago; wait `Retry-After` seconds."


class Refused(Problem):
    """A rule of a room forbids it; `code` names the rule, `record` is how things stand."""

    slug = "refused"
    status = 409
    title = "不符合业务规则"
    doc = "A rule forbids it; `code` names the rule."

    def __init__(
        self,
        code: str,
        detail: str,
        errors: Sequence[FieldError] = (),
        record: Mapping[str, Any] | None = None,
    ) -> None:
        """Name the rule and say, in Chinese, what to do."""
        super().__init__(detail, errors, code=code)
        self.code = code
        self.record = dict(record) if record is not None else None


class Gap(Problem):
    """A mutation is missing before the first one of the batch."""

    slug = "gap"
    status = 409
    title = "前面的记录尚未到达"
    doc = "Mutations must arrive in order; `expect` is the next number."


class ClientFork(Problem):
    """The same client numbered two different mutations alike."""

    slug = "client-fork"
    status = 409
    title = "本机编号已被占用"
    doc = "Take a new client_id and send the journal again with the same mutation_ids."


class OtherEpoch(Problem):
    """The database is another one than the client knew (restored from a backup)."""

    slug = "epoch"
    status = 409
    title = "服务器数据已恢复,需要重新同步"
    doc = "Take a new client_id, send the journal again, and pull from nothing."


class BodyTooLarge(Problem):
    """The body is larger than this door takes."""

    slug = "body-too-large"
    status = 413
    title = "提交的内容过大"
    doc = "Send fewer mutations in one batch."


class PhotoTooLarge(Problem):
    """A photo over the limit."""

    slug = "photo-too-large"
    status = 413
    title = "照片过大"
    doc = "A photo may have MAX_PHOTO_MB megabytes at most."


class PhotoNotImage(Problem):
    """The bytes are no photo."""

    slug = "photo-not-image"
    status = 422
    title = "这个文件不是照片"
    doc = "JPEG, PNG, WebP and HEIC are taken."


class PhotoHashMismatch(Problem):
    """The bytes are not those of the manifest."""

    slug = "photo-hash-mismatch"
    status = 422
    title = "照片内容与登记的不一致"
    doc = "The SHA-256 of the bytes differs from the manifest: send the photo again."


class PhotoChecksum(Problem):
    """A piece of a photo was damaged on its way."""

    slug = "photo-checksum"
    status = 460
    title = "照片片段在传输中损坏"
    doc = "The piece does not fit its Upload-Checksum (tus): send it again."


class ManifestMissing(Problem):
    """A photo arrives before the record that announces it."""

    slug = "manifest-missing"
    status = 409
    title = "照片所属的记录尚未到达"
    doc = "Push the record with its manifest first."


class ExportTooLarge(Problem):
    """The list has more rows than one file may."""

    slug = "export-too-large"
    status = 422
    title = "导出的内容太多"
    doc = "A file holds 20,000 rows at most: narrow the filters."


class FontMissing(Problem):
    """The server cannot write Chinese on paper."""

    slug = "font-missing"
    status = 503
    title = "服务器缺少中文字体,请联系管理员安装"
    doc = "Install a Chinese font on the server, e.g. Debian's fonts-noto-cjk, and start it anew."


class RescueUnreadable(Problem):
    """A rescue file that cannot be opened."""

    slug = "rescue-unreadable"
    status = 422
    title = "文件不完整或被改动过,请让网格员重新导出"
    doc = "The rescue file is not for this centre, cut off or altered: export it again."


class SheetUnreadable(Problem):
    """A file that is no sheet, or not one with the columns of the template."""

    slug = "sheet-unreadable"
    status = 422
    title = "无法读取这个表格,请使用模板填写后再导入"
    doc = "Send an .xlsx, .xls or .csv file with the columns of the template."


class AlertRefused(Problem):
    """A call of an alert source that does not prove itself, or comes again."""

    slug = "alert-refused"
    status = 401
    title = "告警未通过校验"
    doc = "The signature is wrong, the timestamp older than 5 minutes, or the id came before."


class UploadConflict(Problem):
    """The offset is not where the upload stands."""

    slug = "upload-conflict"
    status = 409
    title = "照片上传位置不一致"
    doc = "Ask for the offset with HEAD and go on from there."


class Unavailable(Problem):
    """A part that is needed does not answer just now."""

    slug = "unavailable"
    status = 503
    title = "服务暂时不可用,请稍后再试"
    doc = "Nothing was changed; the same request may be sent again after `Retry-After` seconds."


def all_problems() -> Iterator[type[Problem]]:
    """Every problem class, the general one first."""
    yield Problem
    yield from Problem.__subclasses__()


_BY_STATUS: dict[int, type[Problem]] = {
    400: MalformedJson,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
    415: UnsupportedMediaType,
    422: Validation,
}


def from_http(error: HTTPException) -> Problem:
    """The problem that says what a framework's own error says."""
    kind = _BY_STATUS.get(error.code or 500, Problem)
    messages = getattr(error, "data", {}).get("messages", {})
    allowed = getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    return kind(errors=field_errors(messages), headers=headers)


def field_errors(messages: object, pointer: str = "") -> list[FieldError]:
    """Marshmallow's nested messages as a flat list with JSON pointers."""
    if isinstance(messages, Mapping):
        found = []
        for key, value in messages.items():
            at_root = pointer == "" and key in {"json", "_schema"}
            step = "" if at_root or key == "_schema" else "/" + _escape(str(key))
            found += field_errors(value, pointer + step)
        return found
    if isinstance(messages, (list, tuple)):
        return [error for each in messages for error in field_errors(each, pointer)]
    return [_field_error(pointer, messages)]


def _escape(key: str) -> str:
    return printable(key).replace("~", "~0").replace("/", "~1")


def printable(text: str) -> str:
    """Text without what no database and no UTF-8 holds: NUL, and halves of surrogate pairs.

    They are written out as JSON writes them, so that nothing is lost.
    """
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_UNPRINTABLE = re.compile("[\0\ud800-\udfff]")

# Marshmallow speaks English; people read Chinese. The first pattern that fits names the code.
_SENTENCES = [
    (re.compile(pattern), code, detail)
    for pattern, code, detail in (
        (r"Missing data for required field", "required", "必填"),
        (r"Unknown field", "unknown", "没有这个字段"),
        (r"Field may not be null", "null", "不能为空"),
        (r"Invalid (input )?type|Not a valid (string|list|mapping type)", "type", "类型不对"),
        (r"Not a valid UUID", "uuid", "编号格式不对"),
        (r"Not a valid integer", "integer", "应为整数"),
        (r"Not a valid number", "number", "应为数字"),
        (r"Not a valid boolean", "boolean", "应为是或否"),
        (r"Not a valid (aware )?date", "time", "应为带时区的日期时间"),
        (r"Number too large", "range", "数字太大"),
        (r"Special numeric values", "number", "应为有限的数字"),
        (r"Length must be between (\d+) and (\d+)", "length", r"长度应在 \1 到 \2 之间"),
        (r"Length must be (\d+)", "length", r"长度应为 \1"),
        (r"Shorter than minimum length (\d+)", "length", r"长度至少为 \1"),
        (r"Longer than maximum length (\d+)", "length", r"长度不能超过 \1"),
        (r"greater than or equal to (\S+) and less than or equal to (\S+)\.", "range",
         r"应在 \1 到 \2 之间"),
        (r"greater than or equal to (\S+)\.", "range", r"不能小于 \1"),
        (r"less than or equal to (\S+)\.", "range", r"不能大于 \1"),
        (r"Must be equal to (\S+)\.", "equal", r"应为 \1"),
        (r"Must be one of: (.*)\.", "choice", r"应为其中之一:\1"),
        (r"^[A-Za-z' ]+\.$", "invalid", "格式不对"),
    )
]  # fmt: skip


def _field_error(pointer: str, text: object) -> FieldError:
    said = str(text)
    for pattern, code, detail in _SENTENCES:
        found = pattern.search(said)
        if found is not None:
            return FieldError(pointer, code, found.expand(detail))
    return FieldError(pointer, "invalid", printable(said))


def install(app: Flask) -> None:
    """Answer every error of the application with a problem document."""

    @app.errorhandler(Problem)
    def refused(problem: Problem) -> Response:
        return problem.response()

    @app.errorhandler(HTTPException)
    def refused_by_framework(error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:
            return Response(error.get_body(), error.code, dict(error.get_headers()))
        return from_http(error).response()

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        app.logger.error("unexpected error", exc_info=error)
        return Problem().response()
