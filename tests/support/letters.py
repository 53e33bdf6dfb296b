"""What a person sees who opens a Word document of ours."""

import io

import docx


def shown_in(content: bytes) -> str:
    """The text of its lines, and below them of its cells, a line each."""
    document = docx.Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join((*lines, *cells))
