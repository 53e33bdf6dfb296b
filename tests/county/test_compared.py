"""Letter Y does not cry wolf: the example county's towns differ as sound towns do, and are found to differ in nothing."""

from sqlalchemy import Engine

from tasks.compare import stage_comparisons
from tasks.compared_forms import counties, years_in_force
from tasks.programmes import stage_programmes
from tests.county.describe import YEAR
from tests.support.county import Taken, publish_county
from warehouse.ledger import next_publication
from warehouse.merge import Change
from warehouse.views import read


def test_no_town_of_the_example_county_is_out_of_line(engine: Engine, taken: Taken) -> None:
    publish_county(engine, taken)
    number = next_publication(engine)
    assert stage_programmes(engine, taken.county, number) == Change(), (
        "every name is its own programme already"
    )
    assert stage_comparisons(engine, taken.county, number) == Change()
    with engine.connect() as connection:
        assert years_in_force(connection, number) == [YEAR]
        (towns,) = counties(connection, taken.county, YEAR, number)
        budgets = read(connection, "v_budget")
    # Not because nothing was looked at.
    assert len(towns.forms) == len(budgets) >= 70
    assert towns.forms["heads"].notna().sum() >= 15
    assert towns.forms["goal"].notna().sum() >= 70
    # 高仁乡 has sent nothing; 高庄乡, 渠口乡 and 红崖子乡 also sent a file in which no form can be read.
    assert towns.absences.silent == {"640221204", "640221200", "640221202", "640221205"}
    assert len(towns.absences.returned) >= 5
