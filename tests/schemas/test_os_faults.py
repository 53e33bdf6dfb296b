"""What the system refuses is said in words."""

import errno
import os

import pytest

from schemas.os_faults import why


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "路径不存在"),
        (IsADirectoryError(errno.EISDIR, "Is a directory"), "那是一个文件夹"),
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘满了"),
        (OSError(errno.EPIPE, os.strerror(errno.EPIPE)), os.strerror(errno.EPIPE)),
        (OSError("cannot connect"), "cannot connect"),
        (OSError(), "OSError"),
    ],
)
def test_the_reason_in_words(error: OSError, says: str) -> None:
    assert why(error) == says
