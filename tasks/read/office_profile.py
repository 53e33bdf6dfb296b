"""What LibreOffice finds when it starts for a batch: a profile that forbids what we do not want, and few fonts."""

from collections.abc import Iterator, Mapping
from pathlib import Path

_SETTINGS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "/org.openoffice.Office.Common/Security/Scripting": {
        "MacroSecurityLevel": ("int", "3"),  # very high: of trusted places only, and there are none
        "DisableMacrosExecution": ("boolean", "true"),
        "BlockUntrustedRefererLinks": ("boolean", "true"),  # linked pictures and files, local ones too
        "DisableActiveContent": ("boolean", "true"),  # since 24.2
        "DisablePythonRuntime": ("boolean", "true"),  # since 24.2
        "DisableOLEAutomation": ("boolean", "true"),  # since 24.2
    },
    # 0 is never in Writer (sw/inc/linkenum.hxx), 1 is never in Calc (ScLkUpdMode).
    "/org.openoffice.Office.Writer/Content/Update": {"Link": ("int", "0"), "Field": ("boolean", "false")},
    "/org.openoffice.Office.WriterWeb/Content/Update": {"Link": ("int", "0"), "Field": ("boolean", "false")},
    "/org.openoffice.Office.Calc/Content/Update": {"Link": ("int", "1")},
    # A proxy that nobody is: what still asks for the network gets no answer.
    "/org.openoffice.Inet/Settings": {
        "ooInetProxyType": ("int", "2"),
        "ooInetNoProxy": ("string", ""),
        "ooInetHTTPProxyName": ("string", "127.0.0.1"),
        "ooInetHTTPProxyPort": ("int", "9"),
        "ooInetHTTPSProxyName": ("string", "127.0.0.1"),
        "ooInetHTTPSProxyPort": ("int", "9"),
        "ooInetFTPProxyName": ("string", "127.0.0.1"),
        "ooInetFTPProxyPort": ("int", "9"),
    },
    "/org.openoffice.Office.Recovery/RecoveryInfo": {"Enabled": ("boolean", "false")},
    "/org.openoffice.Office.Common/Misc": {"FirstRun": ("boolean", "false")},
    "/org.openoffice.Office.Common/History": {"PickListSize": ("int", "0")},
}
_FONT_FOLDERS = (
    "truetype/wqy",
    "wqy-*",
    "truetype/dejavu",
    "dejavu*",
    "truetype/liberation*",
    "liberation*",
    "TTF",
    "truetype/*",
)
"""Below ``/usr/share/fonts``, on the usual Linux systems; those with Chinese letters first."""
_FONTS = Path("/usr/share/fonts")
_FONT_SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def profile() -> str:
    """The settings of a fresh profile (``registrymodifications.xcu``)."""
    items = "".join(
        f'<item oor:path="{path}">'
        + "".join(
            f'<prop oor:name="{name}" oor:op="fuse" oor:type="xs:{kind}"><value>{value}</value></prop>'
            for name, (kind, value) in settings.items()
        )
        + "</item>\n"
        for path, settings in _SETTINGS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema">\n' + items + "</oor:items>\n"
    )


def font_folder() -> Path | None:
    """A folder with a few fonts; None where there is none, or the system looks for fonts in another way.

    LibreOffice lays out every page, and looks for each letter through all fonts of the machine; what the page looks
    like is nothing to us. With one folder an annex takes a quarter of the time.
    """
    return next((folder for folder in _font_folders() if any(folder.glob("*.tt[fc]"))), None)


def _font_folders() -> Iterator[Path]:
    for pattern in _FONT_FOLDERS:
        yield from sorted(_FONTS.glob(pattern))


def font_settings(fonts: Path, cache: Path) -> str:
    """A configuration of fontconfig that knows one folder."""
    return _FONT_SETTINGS.format(fonts=fonts, cache=cache)
