"""Judge: files in, verdicts out. The whole way of a batch in memory: read, parse, normalise, validate.

No database, no network, no clock: what ``huizong check`` says on a clerk's laptop and what the nightly run says is
this function; only a run knows what people decided of findings. Takes and gives plain data, so that a process of a pool can run it.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from schemas.county import County
from schemas.decisions import Corrected
from schemas.form import CellCount, ParsedFile, Source, UnreadableError
from schemas.frames import Judgement
from schemas.rules.tables import twins_of
from schemas.rules.wording import shown
from schemas.vocabulary import Words
from schemas.yaml_faults import BrokenTableError
from tasks.correct import correct
from tasks.normalise import normalise
from tasks.parse import parse
from tasks.read import Converted, convert, read
from tasks.validate import validate

_LOG = logging.getLogger(__name__)


def judge(sources: Sequence[Source], county: County) -> Judgement:
    """Read, parse, normalise and validate files; whole towns at a time, for some rules look across a town's forms.

    A file that cannot be read becomes a finding and returns that file alone.
    """
    twins = twins_of(sources)
    parsed: list[tuple[Source, ParsedFile]] = []
    unreadable: dict[str, UnreadableError] = {}
    fresh = [source for source in sources if source.key not in twins]
    converted = convert(source.content for source in fresh)
    corrected: list[Corrected] = []
    for source in fresh:
        try:
            read_file = _parsed(source, county.words, converted)
        except UnreadableError as error:
            unreadable[source.key] = error
            if error.remarks:
                parsed.append((source, ParsedFile((), error.remarks)))
            continue
        file, told = correct(read_file, source.key, source.decisions.corrections)
        parsed.append((source, file))
        corrected.extend(told)
    cells = {source.key: _cells(file) for source, file in parsed}
    judgement = validate(sources, normalise(parsed), county, unreadable, cells=cells)
    return replace(judgement, corrected=tuple(corrected))


def _parsed(source: Source, words: Words, converted: Converted) -> ParsedFile:
    """The forms of one file with all that its readers remarked.

    Raises:
        BrokenTableError: the words it is read by are not what they should be.
        UnreadableError: the file cannot be read as a submission. What a reader did not foresee (a broken
            part deep inside the file) counts as R01: one file must not end the batch of a county.
    """
    try:
        grids, remarks = read(source.file_name, source.content, converted, words)
        try:
            file = parse(grids, words)
        except UnreadableError as error:
            # That there is no form in it may have to do with what its readers remarked: a picture named .docx.
            error.remarks = remarks
            raise
    except (UnreadableError, BrokenTableError):
        raise
    except Exception as error:
        # Any parser may raise anything on hostile bytes; it is logged and reported, not lost.
        name = shown(source.key, 200)
        _LOG.exception(
            "file could not be read", extra={"submission_key": name, "error": type(error).__name__}
        )
        reason = f"文件内部有损坏或无法识别的内容（{type(error).__name__}）"
        raise UnreadableError("R01", value=reason) from error
    return replace(file, remarks=(*remarks, *file.remarks))


def _cells(file: ParsedFile) -> CellCount:
    return CellCount(
        total=sum(form.cells.total for form in file.forms),
        consumed=sum(form.cells.consumed for form in file.forms),
        ignored=sum(form.cells.ignored for form in file.forms),
        reported=sum(form.cells.reported for form in file.forms),
    )
