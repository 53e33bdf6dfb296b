"""What stands in the warehouse of several towns, in a few words, for the rules that compare them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from schemas.programmes import folded, programmes
from schemas.rules.comparing import FORMS_IN_FORCE, Absences, Towns
from tasks.compare import findings_between
from tests.support.frames import a_county

YEAR = 2024


def compared(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Findings of letter Y over a case.

    Its ``towns`` lists forms: ``{town: 3, project: …, total: 元, heads: 10, goal: …, year: 2023}``, a form of several
    towns with ``town: [1, 2, 3]``; a town has 10 villages unless ``villages`` says otherwise. ``returned`` lists
    ``[town, programme]``, ``silent`` towns; ``is_old`` is a form loaded before the warehouse kept where a goal stands.
    """
    told = [one for row in case["towns"] for one in _each_town(row)]
    counts: dict[tuple[int, int], int] = {}
    rows = []
    for row in told:
        place = (row["town"], row["year"])
        counts[place] = counts.get(place, 0) + 1
        rows.append(_form(row, counts[place]))
    rows.sort(key=lambda row: (row["town_code"], row["form_no"]))
    absences = Absences(
        frozenset((_code(town), programme) for town, programme in case.get("returned", ())),
        frozenset(map(_code, case.get("silent", ()))),
    )
    words = programmes()
    towns = Towns(
        _frame(row for row in rows if row["fiscal_year"] == YEAR),
        _frame(row for row in rows if row["fiscal_year"] == YEAR - 1),
        absences,
        words.measure,
    )
    found = list(findings_between(towns, a_county(), YEAR))
    return [{**row, "town": int(row["town_code"][-2:]), "file": ""} for row in found]


def _each_town(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    towns = row["town"] if isinstance(row["town"], list) else [row["town"]]
    return [{"year": YEAR, **row, "town": town} for town in towns]


def _form(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    town, total, heads = row["town"], row.get("total"), row.get("heads")
    bare = folded(row["project"])
    here = f"form {number} · 表{number}"
    return {
        "fiscal_year": row["year"],
        "town_code": _code(town),
        "town_name": f"{town}号镇",
        "villages": row.get("villages", 10),
        "file_name": "附件2.docx",
        "submission_id": f"{row['year']}-{town}",
        "form_no": number,
        "form_key": f"{row['year']}-{town}-{number}",
        "programme_name": programmes().canonical(bare) or bare,
        "project_name": row["project"],
        "attribute": row.get("attribute", "延续项目"),
        "goal": row.get("goal"),
        "fen": None if total is None else int(Decimal(str(total)) * 100),
        "heads": None if heads is None else int(Decimal(str(heads)) * 1000),
        "total_address": f"{here} · 第6行 · 年度资金总额",
        "goal_address": None if row.get("is_old") else f"{here} · 第9行 · 年度总体目标",
        "form_address": here,
    }


def _frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    held = list(rows)
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in held], dtype=kind) for name, kind in FORMS_IN_FORCE.items()}
    )


def _code(town: int) -> str:
    return f"9901011{town:02}"
