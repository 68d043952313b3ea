"""What can be imported into the register: houses, their rooms, and who lives in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.houses.intake import plan, sheet, writing
from backend.houses.intake.inside import plan as inside_plan
from backend.houses.intake.inside import sheet as inside_sheet
from backend.houses.intake.inside import writing as inside_writing
from backend.sheets import Column, Line, Table, read_table


@dataclass(frozen=True)
class Kind:
    """How a sheet of this kind is read, what its lines come to, and how that is written."""

    columns: tuple[Column, ...]
    title: str  # of the template
    read: Callable[[Line], sheet.Given]
    plan: Callable[..., Sequence[Any]]
    hold: Callable[[set[UUID]], object]
    write: Callable[..., None]
    keep: Callable[[bytes], bytes] = bytes  # what of the file is stored until it is carried out
    kept: Callable[[bytes], Table] | None = None

    def table(self, data: bytes) -> Table:
        """The lines of what was kept.

        Raises:
            SheetUnreadable: as `read_table` does; also where it names no house.
        """
        table = (self.kept or self._read)(data)
        sheet.require_heads(table)
        return table

    def _read(self, data: bytes) -> Table:
        return read_table(data, self.columns, sheet.BOUNDS)


KINDS = {
    "houses": Kind(
        sheet.COLUMNS,
        "出租房导入模板",
        sheet.read_line,
        plan.plan,
        writing.hold_grids,
        writing.write,
    ),
    "rooms": Kind(
        inside_sheet.ROOMS,
        "房间导入模板",
        inside_sheet.read_room,
        inside_plan.plan_rooms,
        writing.held,
        inside_writing.write_rooms,
    ),
    "occupants": Kind(
        inside_sheet.OCCUPANTS,
        "居住人员导入模板",
        inside_sheet.read_occupant,
        inside_plan.plan_occupants,
        writing.held,
        inside_writing.write_occupants,
        keep=inside_sheet.keep,
        kept=inside_sheet.kept,
    ),
}
