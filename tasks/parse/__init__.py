"""Parse: grids in, forms out, by labels never by position. What no label explains becomes a remark."""

from collections import Counter
from collections.abc import Iterator, Sequence

from schemas.form import Form, Grid, ParsedFile, Remark, UnreadableError
from schemas.vocabulary import Vocabulary, Words, vocabulary
from tasks import collector
from tasks.parse.form import read_form
from tasks.parse.rows import rows_of
from tasks.parse.senses import Senses, senses_of
from tasks.parse.spare import SPARE, spare
from tasks.parse.split import Piece, Pieces, split
from tasks.parse.wide_form import read_wide

__all__ = ["parse"]


@collector.paused()
def parse(grids: Sequence[Grid], own: Words | None = None) -> ParsedFile:
    """Find the forms of a file.

    Args:
        grids: What ``tasks.read.read`` gave, in reading order.
        own: The county's own words, on top of the bundled vocabulary.

    Returns:
        The forms with their remarks (R05 a leftover cell, R06 a displaced name, R07 a misprinted label, R11 and R12 a
        cell hard to recognise, R14 an amount without a unit), and the file's own remarks: R09 for each performance
        table of another kind, R05 for each foreign table.

    Raises:
        UnreadableError: R03 where the file holds no form and no table of another known kind.
    """
    words = vocabulary(own)
    senses = senses_of(words)
    pieces = split(rows_of(grids, senses), senses)
    if not pieces.forms and not pieces.asides:
        raise UnreadableError("R03")
    forms = tuple(_handed_in(pieces, words, senses))
    asides = list(_asides(pieces))
    return ParsedFile(forms, (*asides, *_outside(pieces, words, senses)))


def _handed_in(pieces: Pieces, words: Vocabulary, senses: Senses) -> Sequence[Form]:
    """The forms; blank ones and samples beside them are set aside."""
    forms = list(_forms(pieces, words, senses))
    alone = {form.number: piece for form, piece in forms if piece.wide is None}
    kinds = spare([form for form, _ in forms], words)
    gone = [(kind, alone[at]) for at, kind in enumerate(kinds, 1) if kind and at in alone]
    if not gone:
        return [form for form, _ in forms]
    pieces.asides.extend(gone)
    told = {id(piece) for _, piece in gone}
    pieces.forms = [piece for piece in pieces.forms if id(piece) not in told]
    return [form for form, _ in _forms(pieces, words, senses)]


def _forms(pieces: Pieces, words: Vocabulary, senses: Senses) -> Iterator[tuple[Form, Piece]]:
    """Each form with the piece it was read from; a wide table holds several."""
    number = 1
    for piece in pieces.forms:
        found = (
            [read_form(number, piece, senses)] if piece.wide is None else read_wide(number, piece.wide, words)
        )
        for form in found:
            yield form, piece
            number += 1


def _asides(pieces: Pieces) -> Iterator[Remark]:
    """A remark for each table set aside; one for all that nobody has filled in, of which a template may hold a dozen."""
    many = Counter(kind for kind, _ in pieces.asides)
    told: set[str] = set()
    for kind, piece in pieces.asides:
        if kind in SPARE and kind in told:
            continue
        told.add(kind)
        row = next((row for row in piece.rows if row.shown), piece.rows[0])
        cell = (row.shown or row.cells)[0]
        value = f"{kind}（共 {many[kind]} 张）" if kind in SPARE and many[kind] > 1 else kind
        yield Remark("R09", row.address(cell, "", None), value, details={"title": cell.text.strip()})


def _outside(pieces: Pieces, words: Vocabulary, senses: Senses) -> Iterator[Remark]:
    """One remark per foreign table; prose and headings are ignored by name, unless a line of prose is a form's field."""
    told: set[int] = set()
    tables_of_forms = {id(row.grid) for piece in pieces.forms for row in piece.rows}
    tables_of_forms.update(id(row.grid) for _, piece in pieces.asides for row in piece.rows)
    many = {id(row.grid) for row in pieces.outside if len(row.filled) > 1}
    # Left alone by name, whatever else stands in it.
    told.update(
        id(row.grid)
        for row in pieces.outside
        if not row.grid.is_prose and words.heads_ignored_table(cell.text for cell in row.filled)
    )
    for row in pieces.outside:
        # Above a form in its own sheet, a line over the whole width is a notice like prose between tables; a sheet of
        # such lines alone is prose too.
        grid = id(row.grid)
        is_prose = row.grid.is_prose or (
            len(row.filled) == 1 and (grid in tables_of_forms or grid not in many)
        )
        if id(row) in pieces.headings:
            continue
        for cell in row.shown:
            sense = senses[cell.text]
            if sense.is_ignored:
                continue
            label = sense.label if is_prose else None
            if is_prose and (
                label is None or label.value is None or label.match.meaning.kind in ("ignored", "section")
            ):
                continue
            if not is_prose and id(row.grid) in told:
                continue
            told.add(id(row.grid))
            yield Remark("R05", row.address(cell, "", None), cell.text.strip())
