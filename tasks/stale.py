"""Which forms stay in force although the new version of their file does not carry them."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from tasks.records import Record
from tasks.star import Delivery, form_keys, project_key


def accepted_projects(others: Sequence[Delivery]) -> frozenset[str]:
    """Keys of the projects that have an accepted form in these files."""
    return frozenset(
        project_key(other, form) for other in others for form in other.forms if form["verdict"] == "accepted"
    )


def stale_rows(
    delivery: Delivery,
    before: Sequence[Record],
    accepted: Collection[str],
    others: Sequence[Delivery] = (),
) -> list[Record]:
    """Rows of forms whose new version was returned: the last accepted one stays in force, and says so.

    A returned form without a name (C01) is taken for the one of the same number, unless that project
    stands elsewhere in the file. A file returned as a whole tells nothing about what it leaves out. A project
    that another of the town's files has in an accepted form is in force there, and nowhere twice.

    Args:
        delivery: The new version.
        before: Open budget rows of its earlier versions.
        accepted: Keys of its accepted forms.
        others: The town's other current files.
    """
    told = _as_told(delivery, others)
    keys = form_keys(told)
    returned = {keys[form["form_no"]] for form in told.forms if form["verdict"] == "returned"}
    nameless = {
        form["form_no"] for form in told.forms if form["verdict"] == "returned" and not form["project_name"]
    }
    is_all_returned = told.submission["verdict"] == "returned"
    elsewhere = accepted_projects(others)
    return [
        {**row, "is_stale": True}
        for row in before
        if row["form_key"] not in accepted
        and row["project_key"] not in elsewhere
        and (
            is_all_returned
            or row["form_key"] in returned
            or (row["form_no"] in nameless and row["form_key"] not in keys.values())
        )
    ]


def _as_told(delivery: Delivery, others: Sequence[Delivery]) -> Delivery:
    """A file whose bytes came under another name too (S06) holds no form of its own: it tells what that one tells."""
    if delivery.forms:
        return delivery
    sha256 = delivery.submission["file_sha256"]
    twins = (other for other in others if other.forms and other.submission["file_sha256"] == sha256)
    twin = next(twins, None)
    return delivery if twin is None else replace(delivery, forms=twin.forms)
