"""A form's rows in, out comes the cell that holds the project's name where the cell for it is blank."""

from collections.abc import Sequence

from schemas.form import Cell
from tasks.parse.rows import Row
from tasks.parse.senses import Senses
from tasks.parse.sheet import FormSheet


def displaced_name(rows: Sequence[Row], label: Row, sheet: FormSheet, senses: Senses) -> Cell | None:
    """The name in a floating box, or in a row of its own above its label.

    Args:
        rows: Of the form.
        label: The row of 项目名称.
        sheet: Says which cells nobody has read yet.
        senses: Of the cells' texts.

    Returns:
        The box nearest to the label, down to the row below it; else the nearest lone cell above; else None.
    """
    boxes: list[Cell] = []
    above: list[Cell] = []
    anchor = rows.index(label)
    for index, row in enumerate(rows[: anchor + 2]):
        boxes.extend(cell for cell in row.floating if _may_be_name(cell, sheet, senses))
        if index < anchor and len(row.filled) == 1:
            above.extend(cell for cell in row.filled if _may_be_name(cell, sheet, senses))
    candidates = boxes or above
    return candidates[-1] if candidates else None


def _may_be_name(cell: Cell, sheet: FormSheet, senses: Senses) -> bool:
    sense = senses[cell.text]
    return sheet.is_open(cell) and not sense.is_ignored and not sense.is_sentence
