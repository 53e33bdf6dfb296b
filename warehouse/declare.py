"""The metadata of the warehouse, and how a table is declared: with a Chinese title and a grain sentence."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, MetaData, Table

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def table(
    name: str, title: str, grain: str, *parts: "Column[object] | ForeignKeyConstraint | Index"
) -> Table:
    """One table. ``grain`` says what one row is: ``one row per …``."""
    return Table(name, metadata, *parts, comment=title, info={"grain": grain})


def refers(here: str, there: str) -> ForeignKeyConstraint:
    """A foreign key from column ``here`` to ``there`` (``table.column``)."""
    return ForeignKeyConstraint([here], [there])
