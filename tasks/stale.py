"""Which forms stay in force although the new version of their file does not carry them."""

from collections.abc import Collection, Sequence

from tasks.records import Record
from tasks.star import Delivery, form_keys


def stale_rows(delivery: Delivery, before: Sequence[Record], accepted: Collection[str]) -> list[Record]:
    """Rows of forms whose new version was returned: the last accepted one stays in force, and says so.

    A returned form without a name (C01) is taken for the one of the same number, unless that project
    stands elsewhere in the file. A file returned as a whole tells nothing about what it leaves out.
    """
    keys = form_keys(delivery)
    returned = {keys[form["form_no"]] for form in delivery.forms if form["verdict"] == "returned"}
    nameless = {
        form["form_no"]
        for form in delivery.forms
        if form["verdict"] == "returned" and not form["project_name"]
    }
    is_all_returned = delivery.submission["verdict"] == "returned"
    return [
        {**row, "is_stale": True}
        for row in before
        if row["form_key"] not in accepted
        and (
            is_all_returned
            or row["form_key"] in returned
            or (row["form_no"] in nameless and row["form_key"] not in keys.values())
        )
    ]
