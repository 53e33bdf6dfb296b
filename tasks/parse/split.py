"""Rows in, forms out: where each form of a file begins and ends. By labels and titles, never by position.

A title opens a form when a field of a form follows it; a title that only interrupts a form (the title again at a page
break) belongs to it, and one that nothing follows (the heading of the file) belongs to none. A second 项目名称 opens a
form without any title.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from schemas.form import Grid
from tasks.parse.abreast import parted
from tasks.parse.headings import heading_of
from tasks.parse.labels import NO_SIGNS, OPENING, Signs, signs_of
from tasks.parse.rows import Row
from tasks.parse.senses import Senses
from tasks.parse.wide import WideTable, heads_wide, list_length, wide_table
from tasks.parse.wide_join import join
from tasks.parse.wide_sections import sections

Signed = tuple[Row, Signs]
_FEWEST_CHOICES = 3
"""Rows of a sheet that offers choices, the labels among them."""
_NEVER_CHOSEN = frozenset({"project_name", "total", "goal", "period"})


@dataclass(slots=True)
class Piece:
    """A stretch of rows that belong together."""

    rows: list[Row] = field(default_factory=list)
    titles: set[int] = field(default_factory=set)
    """``id`` of the rows that are titles."""
    notes: set[int] = field(default_factory=set)
    """``id`` of the rows that are notes on how to fill in the form."""
    seen: set[str] = field(default_factory=set)
    """Fields met so far."""
    above: list[Row] = field(default_factory=list)
    """What stands above the form, or above the first of several in one sheet: title, year, unit of money."""
    wide: WideTable | None = None
    """The table, where the piece is one that holds several projects."""

    @property
    def header(self) -> Grid | None:
        """What is printed above its pages; the cells of it may be among its own rows as well."""
        return next((row.grid.header for row in self.rows if row.grid.header is not None), None)

    def take(self, signed: Iterable[Signed]) -> None:
        """Append rows with what they say."""
        for row, signs in signed:
            self.rows.append(row)
            if signs is NO_SIGNS:
                continue
            if signs.fields:
                self.seen |= signs.fields
            if signs.is_title or signs.aside:
                self.titles.add(id(row))
            if signs.is_note:
                self.notes.add(id(row))


@dataclass(slots=True)
class Pieces:
    """A file, cut up."""

    forms: list[Piece] = field(default_factory=list)
    asides: list[tuple[str, Piece]] = field(default_factory=list)
    """Tables of another kind, with the kind."""
    outside: list[Row] = field(default_factory=list)
    """What stands in no table of either."""
    headings: set[int] = field(default_factory=set)
    """``id`` of the outside rows that are titles or notes: the file's own heading, a list of its sheets."""


def split(rows: Iterable[Row], senses: Senses) -> Pieces:
    """Cut a file's rows into forms, other tables, and the rest."""
    cutter = _Cutter(senses)
    grids = (list(group) for _, group in groupby(rows, key=lambda row: id(row.grid)))
    for table in (part for rows in grids for each in parted(rows, senses) for part in sections(each)):
        is_prose = table[0].grid.is_prose
        if not is_prose and _offers_choices(table):
            cutter.take_list(table)
            continue
        notes = _notes(table, senses)
        heads = [at for at, row in enumerate(table) if row.may_head and id(row) not in notes]
        heads = [] if is_prose else heads
        wide = wide_table(table, heads, senses) if heads else None
        if wide is not None:
            cutter.take((row for row in wide.before if id(row) in notes), notes)
            wide.before = [row for row in wide.before if id(row) not in notes]
            cutter.take_wide(wide)
            continue
        done = 0
        for at in heads:
            length = list_length(table, at) if at >= done else 0
            if length:
                cutter.take(table[done:at], notes)
                cutter.take_list(table[at : at + length])
                done = at + length
        cutter.take(table[done:], notes)
    return cutter.finish()


def _is_table(piece: Piece) -> bool:
    """Whether a piece is a form, and not a notice that mentions a project's name or its department."""
    opening = piece.seen & OPENING
    return ("project_name" in opening or len(opening) >= 2) and not all(
        row.grid.is_prose for row in piece.rows
    )


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces without the tables that only say more of another one's projects."""
    tables = [piece.wide for piece in pieces if piece.wide is not None]
    gone = join(tables) if len(tables) > 1 else frozenset()
    return (piece for piece in pieces if id(piece.wide) not in gone)


def _offers_choices(rows: Sequence[Row]) -> bool:
    """Whether a sheet lists what may be chosen in the cells of a form, under the labels of those cells."""
    first = rows[0]
    if len(rows) < _FEWEST_CHOICES or not first.filled or "!" not in first.filled[0].reference:
        return False
    labels = [sense.form or sense.column for sense in first.senses]
    if any(label is None or label.meaning.key in _NEVER_CHOSEN for label in labels) or heading_of(first):
        return False
    below = (sense.form for row in rows[1:] for sense in row.senses)
    return not any(label is not None and label.meaning.kind == "field" for label in below)


def _foreign(piece: Piece, pending: list[Signed]) -> list[Signed]:
    """Rows of whole tables behind a form that say nothing of one: an allocation list, a roll of names, a sheet of notes.

    A form that goes on in another table does so with a blank, a level or a label in the first cell of its first row.
    """
    found: list[Signed] = []
    last = piece.rows[-1].grid if piece.rows else None
    if all(row.grid is last for row, _ in pending):
        return found
    for _, group in groupby(pending, key=lambda signed: id(signed[0].grid)):
        rows = list(group)
        first = rows[0][0]
        is_note = len(first.filled) == 1 and first.senses[0].is_ignored
        has_heading = is_note or (len(first.filled) > 1 and first.filled[0] is first.cells[0])
        if (
            first.grid is not last
            and has_heading
            and not first.grid.is_prose
            and not any(signs.has_labels for _, signs in rows)
        ):
            found.extend(rows)
    return found


def _is_year_above(pending: Sequence[Signed], at: int) -> bool:
    above, signs = pending[at - 1]
    return signs.is_year and above.grid is pending[at][0].grid


def _notes(rows: Sequence[Row], senses: Senses) -> set[int]:
    """``id`` of the rows under 填表说明 or 目录, down to the next title; none where a table of indicators follows."""
    found: set[int] = set()
    for at, row in enumerate(rows):
        if len(row.filled) != 1 or id(row) in found or not row.sense(0).heads_stretch:
            continue
        end = next((end for end in range(at + 1, len(rows)) if _ends_notes(rows, end, senses)), len(rows))
        below = rows[at + 1 : end]
        if not any(heading_of(each) for each in below):
            found.update(map(id, (row, *below)))
    return found


def _ends_notes(rows: Sequence[Row], at: int, senses: Senses) -> bool:
    return _is_titled(signs_of(rows[at], senses)) or (rows[at].may_head and heads_wide(rows, at))


def _is_titled(signs: Signs) -> bool:
    return signs.is_title or signs.aside is not None


def _is_box(row: Row) -> bool:
    return bool(row.floating) and not row.filled


class _Cutter:
    def __init__(self, senses: Senses) -> None:
        self._senses = senses
        self._pieces = Pieces()
        self._form: Piece | None = None
        self._aside: Piece | None = None
        self._pending: list[Signed] = []
        """Rows since the last one that surely belongs somewhere."""

    def take(self, rows: Iterable[Row], notes: set[int]) -> None:
        """Rows of a table, or of prose; ``notes`` are the ``id`` of those that are notes."""
        for row in rows:
            self._take(row, Signs(is_note=True) if id(row) in notes else signs_of(row, self._senses))

    def _take(self, row: Row, signs: Signs) -> None:
        signed = (row, signs)
        if signs.aside:
            self._settle()
            self._open_aside(signs.aside, [signed])
        elif signs.is_title:
            boxes = self._trailing_boxes(row.grid)
            self._settle()
            if self._form is not None and row.cells and "!" in row.cells[0].reference:
                # A sheet with a title of its own goes on with nothing; a page does, on which the title is repeated.
                is_same = self._form.rows[-1].grid is row.grid
                self._form = self._form if is_same else None
            self._pending = [*boxes, signed]
        elif not signs.has_labels or (signs.is_preface and any(each.is_title for _, each in self._pending)):
            self._pending.append(signed)
        elif self._opens(row, signs):
            self._open_form(signed)
        elif self._awaits_its_name(row):
            self._pending.append(signed)
        else:
            self._continue(signed)

    def take_list(self, rows: Iterable[Row]) -> None:
        """A table that lists projects and is no form."""
        self._settle()
        self._form = self._aside = None
        self._pieces.outside.extend(rows)

    def take_wide(self, table: WideTable) -> None:
        """A table of several projects; titles right above it, in prose, are its own."""
        if self._form is not None and self._form.wide is None and not _is_table(self._form):
            # 部门名称：某局 above the table opens no form of its own.
            self._pieces.forms.remove(self._form)
            self._pending = [*((row, signs_of(row, self._senses)) for row in self._form.rows), *self._pending]
            self._form = None
        start = next(
            (at for at, (_, signs) in enumerate(self._pending) if signs.is_title or signs.is_year), None
        )
        own = [] if start is None else [row for row, _ in self._pending[start:]]
        if start is not None:
            self._pending = self._pending[:start]
        aside = next(
            (kind for row in (*own, *table.before) if (kind := signs_of(row, self._senses).aside)), None
        )
        self._settle()
        self._form = self._aside = None
        table.before = [*own, *table.before]
        rows = [
            *table.before,
            *table.heading,
            *(row for rows in table.projects for row in rows),
            *table.sums,
            *table.notes,
        ]
        piece = Piece(rows, seen=set(OPENING), wide=table)
        aside = aside or self._kind_by_headings(piece)
        if aside or not table.projects:
            self._pieces.asides.append((aside or "没有填写的汇总表", piece))
        else:
            self._pieces.forms.append(piece)

    def finish(self) -> Pieces:
        self._settle()
        kept: list[Piece] = []
        for piece in self._pieces.forms:
            if piece.wide is not None:
                kept.append(piece)
                continue
            kind = self._kind_by_headings(piece) or self._kind_by_header(piece)
            if kind:
                self._pieces.asides.append((kind, piece))
            elif _is_table(piece):
                kept.append(piece)
            else:
                self._pieces.outside.extend(piece.rows)
                self._pieces.headings |= piece.titles
        self._pieces.forms = list(_joined(kept))
        return self._pieces

    def _opens(self, row: Row, signs: Signs) -> bool:
        titled = bool(self._pending) and any(pending.is_title for _, pending in self._pending)
        if self._form is not None:
            if "project_name" in signs.fields:
                return titled or "project_name" in self._form.seen
            return titled and bool(signs.fields & OPENING & self._form.seen)
        if self._aside is not None and not titled:
            # The table set aside has a 项目名称 of its own; a further one in a new table is another table.
            is_same = row.grid is self._aside.rows[-1].grid or "project_name" not in self._aside.seen
            return "project_name" in signs.fields and not is_same
        return bool(signs.fields & OPENING)

    def _awaits_its_name(self, row: Row) -> bool:
        """Whether a row may be of a form that a title has announced, and whose name stands below its goals."""
        if self._form is not None or self._aside is not None:
            return False
        start = next((at for at, (_, signs) in enumerate(self._pending) if signs.is_title), None)
        return start is not None and all(
            each.grid is row.grid for each, _ in self._pending[start:] if not each.grid.is_prose
        )

    def _open_form(self, signed: Signed) -> None:
        start = self._start(signed[0])
        before, own = self._pending[:start], self._pending[start:]
        self._pending = before
        self._settle()
        above = [row for row, _ in own]
        previous = self._form
        if previous is not None and previous.rows[-1].grid is signed[0].grid and not self._is_caption(above):
            above = previous.above
        self._form, self._aside = Piece(above=above), None
        self._form.take([*own, signed])
        self._pieces.forms.append(self._form)

    @staticmethod
    def _is_caption(rows: Sequence[Row]) -> bool:
        return any(sense.is_title or sense.year or sense.money_note for row in rows for sense in row.senses)

    def _start(self, anchor: Row) -> int:
        """Where in the pending rows the form of ``anchor`` begins."""
        pending = self._pending
        start = next((index for index, (_, signs) in enumerate(pending) if signs.is_title), None)
        if start is not None and all(
            not signs.has_labels or row.grid is anchor.grid for row, signs in pending[start:]
        ):
            # Boxes right before a title hang on it, and the year may stand above it.
            while start and (_is_box(pending[start - 1][0]) or _is_year_above(pending, start)):
                start -= 1
            return start
        years = [index for index, (_, signs) in enumerate(pending) if signs.is_year]
        if years:
            return years[-1]
        previous = self._form or self._aside
        same_table = previous is not None and previous.rows[-1].grid is anchor.grid
        start = len(pending)
        while start:
            row = pending[start - 1][0]
            if not _is_box(row) and (same_table or (row.grid is not anchor.grid)):
                break
            start -= 1
        return start

    def _continue(self, signed: Signed) -> None:
        open_piece = self._form or self._aside
        if not self._pending and open_piece is not None and open_piece.rows[-1].grid is signed[0].grid:
            # As most rows do.
            open_piece.take((signed,))
            return
        self._pending.append(signed)
        self._settle()

    def _settle(self) -> None:
        """Give the pending rows to what is open."""
        pending, self._pending = self._pending, []
        open_piece = self._form or self._aside
        foreign = pending if open_piece is None else _foreign(open_piece, pending)
        if open_piece is not None:
            told = {id(row) for row, _ in foreign}
            open_piece.take([each for each in pending if id(each[0]) not in told] if told else pending)
        for row, signs in foreign:
            self._pieces.outside.append(row)
            if signs.is_title or signs.is_year or signs.is_note:
                self._pieces.headings.add(id(row))

    def _trailing_boxes(self, grid: Grid) -> list[Signed]:
        """Boxes at the end of the pending rows, and a year: they stand over what follows, the form a title is about to open."""
        at = len(self._pending)
        while at:
            row, signs = self._pending[at - 1]
            if not _is_box(row) and not (signs.is_year and row.grid is grid):
                break
            at -= 1
        boxes, self._pending = self._pending[at:], self._pending[:at]
        return boxes

    def _open_aside(self, kind: str, rows: list[Signed]) -> None:
        self._form, self._aside = None, Piece()
        self._aside.take(rows)
        self._pieces.asides.append((kind, self._aside))

    def _kind_by_header(self, piece: Piece) -> str | None:
        """The kind of a table that has no title of its own, by the title printed above its pages."""
        if piece.titles or piece.header is None:
            return None
        return next((kind for cell in piece.header.cells if (kind := self._senses[cell.text].aside)), None)

    @staticmethod
    def _kind_by_headings(piece: Piece) -> str | None:
        """The kind of a table without a telling title, by two column headings only that kind has."""
        found: dict[str, int] = {}
        for row in piece.rows:
            if len(row.filled) < 3:
                continue
            for sense in row.senses:
                kind = sense.aside_heading
                if kind is None:
                    continue
                found[kind] = found.get(kind, 0) + 1
                if found[kind] >= 2:
                    return kind
        return None
