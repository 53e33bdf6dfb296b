"""A marker's name in, the file it withdraws out: how an office says that a file no longer counts.

A file that is taken away stays in force, for nobody can tell a withdrawal from a slip. To withdraw 附件2.docx, an empty
file 附件2.docx.撤回 is put beside it, or in its place.
"""

import re
from collections.abc import Collection

# Windows hides extensions, so that a new text file called 附件2.docx.撤回 is 附件2.docx.撤回.txt.
_MARKER = re.compile(r"(.+)\.(?:撤回|withdrawn)(?:\.txt)?", re.IGNORECASE | re.DOTALL)


def marker_of(name: str) -> str:
    """What to call the marker that withdraws a file: a member of a zip is named without the zip."""
    return f"{name.rpartition('/')[2]}.撤回"


def marked_name(name: str) -> str | None:
    """What a marker's name says is withdrawn; None for the name of any other file."""
    found = _MARKER.fullmatch(name)
    return found[1] if found else None


def withdrawn_file(marked: str, names: Collection[str]) -> str | None:
    """The file that is meant, by its name.

    Args:
        marked: As the marker has it.
        names: All names of the town's files, in the inbox and in the ledger; those of members begin with their zip's.

    Returns:
        A file, a zip with all its members, or the one member of that name; None where there is none, or several.
    """
    if any(covers(marked, name) for name in names):
        return marked
    members = {name for name in names if "/" in name and name.rpartition("/")[2] == marked}
    return members.pop() if len(members) == 1 else None


def covers(withdrawn: str, name: str) -> bool:
    """Whether a name is the withdrawn file's, or of a member of the withdrawn zip."""
    return name == withdrawn or name.startswith(f"{withdrawn}/")
