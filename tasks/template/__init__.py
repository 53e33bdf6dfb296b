"""Template: a year in, a file with blank forms out, made so that the common slips cannot be typed."""

from pathlib import Path

from schemas.blank_form import blank_form
from schemas.county import County
from schemas.os_faults import why
from tasks.faults import UserError

__all__ = ["departments", "write_blank"]


def write_blank(out: Path, year: int, forms: int, county: County) -> None:
    """Write blank forms.

    Args:
        out: ``….xlsx`` for a sheet each, ``….docx`` for a page each.
        year: Fiscal year, printed on each.
        forms: How many.
        county: Whose towns can be chosen.

    Raises:
        UserError: the name has another ending, the file is there already, or it cannot be written.
    """
    match out.suffix.lower():
        case ".xlsx":
            from tasks.template.workbook import workbook  # noqa: PLC0415 - only one of the two is needed

            content = workbook(blank_form(), year, forms, departments(county))
        case ".docx":
            from tasks.template.document import document  # noqa: PLC0415

            content = document(blank_form(), year, forms, departments(county))
        case _:
            raise UserError(f"表样只能写成 .xlsx 或 .docx，不能写成“{out.name}”；请改文件名。")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("xb") as stream:
            stream.write(content)
    except FileExistsError as error:
        raise UserError(f"{out} 已经有了，不会覆盖；请换一个文件名，或先把它移走。") from error
    except OSError as error:
        raise UserError(f"表样写不进 {out}（{why(error)}）；请检查路径和写入权限。") from error


def departments(county: County) -> list[str]:
    """The towns' governments in full, as forms name them: the longest name of each, or county and town together."""
    longest = {town.name: max((town.name, *town.aliases), key=len) for town in county.towns}
    return [
        full if full.startswith(county.name) else f"{county.name}{town}人民政府"
        for town, full in longest.items()
    ]
