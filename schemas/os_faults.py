"""What an operating system refuses, in words for the person who has to mend it."""

import errno

_REASONS = {
    errno.ENOENT: "路径不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "那是一个文件夹",
    errno.ENOTDIR: "路径中间有一段是文件，不是文件夹",
    errno.EEXIST: "已经有了",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EROFS: "那里只读",
    errno.ENAMETOOLONG: "名称太长",
    errno.EBUSY: "正被占用",
    errno.ETXTBSY: "正被占用",
}


def why(error: OSError) -> str:
    """The reason, in Chinese where it is one that people meet; else as the system says it."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error) or type(error).__name__
