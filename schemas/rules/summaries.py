"""What the rules over forms need to know of a form's parts, summed up once: one row per (submission, form)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from schemas.rules.checks import blank, each_value, squeeze
from schemas.rules.l02_home import homes_meant

_KEY = ["submission_key", "form_no"]


def funding_summary(funding: pd.DataFrame) -> pd.DataFrame:
    """Per form: ``funding_yuan`` (sum of the sources that have an amount, without 其中 lines), ``funding_unread``.

    Blank is missing, not zero: a form whose sources are all blank has no sum.
    """
    main = funding[~funding["is_detail"]]
    given = main[main["amount_yuan"].notna()]
    unread = main[main["amount_yuan"].isna() & ~blank(main["amount_raw"])]
    sums = given.groupby(_KEY, sort=False)["amount_yuan"].agg(_exact_sum)
    return _joined({"funding_yuan": sums, "funding_unread": unread.groupby(_KEY, sort=False).size()})


def indicator_summary(indicators: pd.DataFrame) -> pd.DataFrame:
    """Per form: ``homes`` (the level-1 and level-2 names that hold an indicator, or should), its indicators' names, weights.

    A row counts for its home as soon as something is written in it; a row with neither name nor value is the
    template's own.
    """
    filled = indicators[~(blank(indicators["level3"]) & blank(indicators["raw"]))]
    # One fault, one finding: an indicator under a heading of others (L02) is there all the same.
    meant = homes_meant(filled.assign(name=each_value(filled["level3"], squeeze).fillna("")))
    keyed = filled.assign(meant=meant).set_index(_KEY)
    homes = pd.concat([keyed["level1"], keyed["level2"], keyed["meant"]]).dropna()
    strange = filled[filled["level2"].isna() & ~blank(filled["level2_raw"])]
    weighted = filled[filled["weight"].notna()]
    return _joined(
        {
            "indicator_names": filled.groupby(_KEY, sort=False)["level3"].agg(_names),
            "homes": homes.groupby(level=_KEY, sort=False).agg(_distinct),
            "strange_homes": strange.groupby(_KEY, sort=False).size(),
            "filled_rows": filled.groupby(_KEY, sort=False).size(),
            "weighted_rows": weighted.groupby(_KEY, sort=False).size(),
            "weight_sum": weighted.groupby(_KEY, sort=False)["weight"].agg(_exact_sum),
        }
    )


def _distinct(names: "pd.Series[Any]") -> frozenset[str]:
    return frozenset(names)


def _names(level3: "pd.Series[Any]") -> tuple[str, ...]:
    return tuple(squeeze(name) for name in level3)


def _exact_sum(amounts: "pd.Series[Any]") -> Decimal:
    return sum(amounts, Decimal(0))


def _joined(parts: Mapping[str, "pd.Series[Any]"]) -> pd.DataFrame:
    return pd.concat({name: part.astype(object) for name, part in parts.items()}, axis=1)
