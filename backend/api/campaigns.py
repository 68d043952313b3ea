"""Campaigns (敲门行动) and the forms that visits and tasks ask for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from backend.api.houses import STATES as HOUSE_STATES
from backend.api.schemas import PageArgs, Strict, time_field
from backend.api.shapes import NamedShape, page_of
from backend.houses.queries import households
from backend.org.access import Permission, require
from backend.org.door import Door, actor
from backend.problems import FieldError, Validation
from backend.tasks import campaigns, forms
from backend.tasks.campaigns import STATES, NewCampaign
from backend.tasks.commands import Place
from backend.tasks.models import TaskForm

door = Door("campaigns", "campaigns", url_prefix="/api", description="Rounds of visits, and forms")


class CoverageShape(Schema):
    """How many households stand where; `percent` is the share of those met (见面) of all."""

    open = fields.Integer(required=True)
    met = fields.Integer(required=True)
    nobody = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    total = fields.Integer(required=True)
    percent = fields.Float(allow_none=True)


class CampaignShape(Schema):
    """A campaign in a list."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    text = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    form = fields.Dict(allow_none=True)
    created_at = time_field(required=True)
    closed_at = time_field(allow_none=True)
    created_by = fields.Nested(NamedShape, required=True)
    coverage = fields.Nested(CoverageShape, required=True)


class ShareShape(NamedShape):
    """A village's or a grid's part of a campaign."""

    coverage = fields.Nested(CoverageShape, required=True)


class CampaignDetailShape(CampaignShape):
    """A campaign with its coverage by village and by grid."""

    villages = fields.List(fields.Nested(ShareShape), required=True)
    grids = fields.List(fields.Nested(ShareShape), required=True)


class HouseholdShape(Schema):
    """A household of a campaign."""

    id = fields.UUID(required=True)
    house_id = fields.UUID(required=True)
    address = fields.String(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    next_on = fields.Date(allow_none=True)
    note = fields.String(allow_none=True)
    visited_at = time_field(allow_none=True)
    visited_by = fields.String(allow_none=True)
    village = fields.Nested(NamedShape, allow_none=True)
    grid = fields.Nested(NamedShape, allow_none=True)


class KnockShape(Schema):
    """One knock at the door."""

    id = fields.UUID(required=True)
    at = time_field(required=True)
    worker = fields.Nested(NamedShape, required=True)
    result = fields.String(required=True)
    note = fields.String(allow_none=True)
    next_on = fields.Date(allow_none=True)
    answers = fields.Dict(allow_none=True)
    form_version = fields.Integer(allow_none=True)


class HouseholdFileShape(HouseholdShape):
    """A household with every attempt."""

    attempts_made = fields.List(fields.Nested(KnockShape), required=True)


class NewCampaignSchema(Strict):
    """A campaign over the houses of some grids, or of all of some villages."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 100))
    text = fields.String(load_default="", validate=validate.Length(max=2000))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    grid_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=500))
    village_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=500))
    house_states = fields.List(
        fields.String(validate=validate.OneOf(HOUSE_STATES)), load_default=list
    )
    form_id = fields.UUID(allow_none=True, load_default=None)


class VisitQuery(PageArgs):
    """Which households."""

    state = fields.String(validate=validate.OneOf(STATES))
    grid_id = fields.UUID()
    org_unit_id = fields.UUID()


class FieldSchema(Strict):
    """A field of a form."""

    code = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,19}$"))
    label = fields.String(required=True, validate=validate.Length(1, 60))
    label_en = fields.String(load_default="", validate=validate.Length(max=120))
    kind = fields.String(required=True, validate=validate.OneOf(forms.KINDS))
    required = fields.Boolean(load_default=False)
    options = fields.List(
        fields.String(validate=validate.Length(1, 60)),
        load_default=list,
        validate=validate.Length(max=20),
    )
    options_en = fields.List(fields.String(validate=validate.Length(1, 120)), load_default=list)

    @validates_schema
    def is_told_whole(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a choice of less than two, and English for some of the options alone."""
        options, english = data.get("options", []), data.get("options_en", [])
        if data.get("kind") == "choice" and len(set(options)) < max(2, len(options)):
            raise ValidationError("请给出两个以上互不相同的选项,一行一个", "options")
        if english and len(english) != len(options):
            raise ValidationError("英文选项须与选项一一对应", "options_en")


class NewFormSchema(Strict):
    """A form, or the next version of one."""

    org_unit_id = fields.UUID(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 60))
    name_en = fields.String(load_default="", validate=validate.Length(max=120))
    fields_ = fields.List(
        fields.Nested(FieldSchema),
        required=True,
        data_key="fields",
        validate=validate.Length(1, forms.MOST),
    )

    @validates_schema
    def has_no_code_twice(self, data: dict[str, Any], **_: object) -> None:
        """Refuse two fields of one code: their answers could not be told apart."""
        codes = [field["code"] for field in data.get("fields_", []) if "code" in field]
        if len(set(codes)) < len(codes):
            raise ValidationError("有两题的代码相同", "fields")


class FormShape(Schema):
    """A form in its newest version."""

    id = fields.UUID(required=True)
    org_unit_id = fields.UUID(required=True)
    mine = fields.Boolean(required=True, metadata={"description": "Whether one may change it."})
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    version = fields.Integer(required=True)
    fields_ = fields.List(fields.Dict(), required=True, attribute="fields", data_key="fields")


@door.get("/campaigns")
@door.response(200, CampaignShape(many=True))
def list_campaigns() -> list[dict[str, Any]]:
    """The campaigns in which one sees households, with their coverage."""
    return campaigns.list_campaigns(actor())


@door.post("/campaigns")
@door.arguments(NewCampaignSchema)
@door.response(201, CampaignDetailShape)
def start(args: dict[str, Any]) -> dict[str, Any]:
    """Open a campaign; every worker of its grids is told once."""
    require(actor(), Permission.TASK_ASSIGN)
    if args["ends_on"] < args["starts_on"]:
        raise Validation(errors=[FieldError("/ends_on", "too-early", "结束日期不能早于开始日期")])
    chosen = args.pop("grid_ids"), args.pop("village_ids"), args.pop("house_states")
    form = forms.copy_of(actor(), args.pop("form_id"))
    places = [
        Place(
            house.org_unit_id,
            house.org_path,
            house.grid_id,
            house_id=house.id,
            house_address=house.address,
            lng=house.lng,
            lat=house.lat,
        )
        for house in households(actor(), *chosen)
    ]
    campaign = campaigns.start(actor(), NewCampaign(**args, form=form), places)
    return campaigns.campaign_detail(actor(), campaign.id)


@door.get("/campaigns/<uuid:campaign_id>")
@door.response(200, CampaignDetailShape)
def one(campaign_id: UUID) -> dict[str, Any]:
    """A campaign with its coverage by village and by grid."""
    return campaigns.campaign_detail(actor(), campaign_id)


@door.get("/campaigns/<uuid:campaign_id>/visits")
@door.arguments(VisitQuery, location="query")
@door.response(200, page_of(HouseholdShape))
def visits(args: dict[str, Any], campaign_id: UUID) -> dict[str, Any]:
    """A campaign's households, by address."""
    cursor, limit = args.pop("cursor"), args.pop("limit")
    items, following = campaigns.list_visits(actor(), campaign_id, args, cursor, limit)
    return {"items": items, "next": following}


@door.post("/campaigns/<uuid:campaign_id>/close")
@door.response(200, CampaignDetailShape)
def close(campaign_id: UUID) -> dict[str, Any]:
    """End a campaign before its time."""
    campaigns.close(actor(), campaign_id)
    return campaigns.campaign_detail(actor(), campaign_id)


@door.get("/visits/<uuid:visit_id>")
@door.response(200, HouseholdFileShape)
def household(visit_id: UUID) -> dict[str, Any]:
    """A household of a campaign, with every attempt at its door."""
    return campaigns.visit_detail(actor(), visit_id)


@door.get("/task-forms")
@door.response(200, FormShape(many=True))
def list_forms() -> list[dict[str, Any]]:
    """The forms that one may ask for, each in its newest version."""
    return [_told(form) for form in forms.current(actor())]


@door.post("/task-forms")
@door.arguments(NewFormSchema)
@door.response(201, FormShape)
def add_form(args: dict[str, Any]) -> dict[str, Any]:
    """Keep a form; one of the same name gets the next version."""
    named = args["name"], args["name_en"]
    return _told(forms.add(actor(), args["org_unit_id"], named, args["fields_"]))


def _told(form: TaskForm) -> dict[str, Any]:
    own = {"mine": forms.may_change(actor(), form), "org_unit_id": form.org_unit_id}
    return {**own, "id": form.id, **form.copy()}
