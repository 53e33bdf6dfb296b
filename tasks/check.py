"""Check: great-expectations over the staged rows, as the publication under audit would show them. Its verdict is the gate.

Importing great-expectations takes five to eleven seconds, so it happens here, when an audit is asked for,
only.
"""

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy import Engine

from warehouse.expectations import Expectation, expectations

SHOWN_ROWS = 20
"""Failing rows an audit names; it counts all of them."""
_NO_ANSWER = -1


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that does not hold."""

    name: str
    sentence: str
    rows: tuple[Mapping[str, str], ...]
    """The first failing rows, column → value as text."""
    count: int
    """All failing rows; -1 where the question itself could not be answered."""

    def __str__(self) -> str:
        if self.count == _NO_ANSWER:
            return self.sentence
        first = "，".join(f"{name} {value}" for name, value in self.rows[0].items()) if self.rows else ""
        return f"{self.sentence}共 {self.count} 行，第一行：{first}（{self.name}）"


@dataclass(frozen=True, slots=True)
class Audit:
    """What the audit of one publication found."""

    publication_no: int
    checked: int
    """How many expectations were asked."""
    failures: tuple[Failure, ...]

    @property
    def ok(self) -> bool:
        """Everything was asked, and everything holds."""
        return self.checked > 0 and not self.failures


def audit(engine: Engine, publication_no: int) -> Audit:
    """Asks every expectation of ``warehouse/expectations.py`` about publication ``publication_no``.

    Args:
        engine: The warehouse, with all rows of the publication staged and committed.
        publication_no: The publication being prepared, or any past one.

    Returns:
        The failures, each with up to ``SHOWN_ROWS`` failing rows and their true count.
    """
    asked = expectations()
    results = _run(_great_expectations(), engine, publication_no, asked)
    failures = [
        failure
        for expectation in asked
        if (failure := _failure(expectation, results.get(expectation.name))) is not None
    ]
    return Audit(publication_no, len(asked), tuple(failures))


def _great_expectations() -> ModuleType:
    # Read when the library is imported: it must not call home, whatever the machine's settings are.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        # The library imports sre_constants and the like; none of it is ours to mend.
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations  # noqa: PLC0415
    return great_expectations


def _run(
    gx: ModuleType, engine: Engine, publication_no: int, asked: tuple[Expectation, ...]
) -> dict[str, Mapping[str, Any]]:
    """One context, one batch, one suite, one run. Expectation name → its result."""
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = gx.get_context(mode="ephemeral")
        context.enable_analytics(enable=False)
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        # The general source on connections of our own making: those for one database kind refuse addresses
        # with a blank or a Unix socket, all of them read a dollar sign as one of their variables, and none
        # needs the password.
        source = context.data_sources.add_sql(
            "warehouse",
            connection_string=f"{engine.dialect.name}+{engine.driver}://",
            create_temp_table=False,
            kwargs={"creator": lambda: _connect(engine)},
        )
        try:
            asset = source.add_query_asset("publication", query=f"SELECT {publication_no:d} AS n")
            batch = asset.add_batch_definition_whole_table("publication")
            suite = context.suites.add(
                gx.ExpectationSuite(
                    "audit",
                    expectations=[
                        gx.expectations.UnexpectedRowsExpectation(
                            unexpected_rows_query=each.query,
                            description=each.sentence,
                            meta={"name": each.name},
                        )
                        for each in asked
                    ],
                )
            )
            definition = context.validation_definitions.add(
                gx.ValidationDefinition(name="audit", data=batch, suite=suite)
            )
            found = definition.run(result_format={"result_format": "COMPLETE"})
        finally:
            source.get_engine().dispose()
    return {each.expectation_config.meta["name"]: each.to_json_dict() for each in found.results}


def _failure(expectation: Expectation, result: Mapping[str, Any] | None) -> Failure | None:
    if result is not None and result["success"]:
        return None
    answer = {} if result is None else result.get("result", {})
    if "observed_value" not in answer:
        # An expectation that could not be asked does not hold.
        told = f"检查“{expectation.sentence}”没有做成：{_cause(result)}"
        return Failure(expectation.name, told, (), _NO_ANSWER)
    rows = tuple(
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in answer["details"]["unexpected_rows"][:SHOWN_ROWS]
    )
    return Failure(expectation.name, expectation.sentence, rows, answer["observed_value"])


def _cause(result: Mapping[str, Any] | None) -> str:
    """Why a question got no answer: the first line of the first exception, one per metric in the library's answer."""
    told = [] if result is None else list((result.get("exception_info") or {}).values())
    messages = [each["exception_message"] for each in told if isinstance(each, Mapping)]
    return messages[0].splitlines()[0] if messages else "没有结果"


def _connect(engine: Engine) -> Any:  # noqa: ANN401 - a connection of the database's driver
    arguments, options = engine.dialect.create_connect_args(engine.url)
    return engine.dialect.connect(*arguments, **options)
