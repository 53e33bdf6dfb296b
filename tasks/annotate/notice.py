"""Notes in, a Word document of its own out: for a file that cannot be marked itself (PDF, scans, text, old Office)."""

from collections.abc import Sequence

from tasks.annotate.notes import FILLS, HEADINGS, WIDTHS, Note, purpose
from tasks.word_page import document, heading, paragraph, table


def notice(file_name: str, notes: Sequence[Note]) -> bytes:
    """The notice that goes back with a file (退回修改通知, 核对通知).

    Args:
        file_name: Of the file the notes are about.
        notes: In their order.

    Returns:
        A Word document.
    """
    returned = sum(note.severity == "error" for note in notes)
    asked = f"其中 {returned} 条必须改正后重新报送" if returned else "没有必须改正的，请核对"
    rows = ((note.columns, FILLS[note.severity]) for note in notes)
    return document(
        (
            heading(f"{purpose(notes)}通知"),
            paragraph(f"《{file_name}》共有 {len(notes)} 条意见，{asked}。", spacing=160),
            table(HEADINGS, rows, WIDTHS),
            paragraph(""),
        )
    )
