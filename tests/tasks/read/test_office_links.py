"""A real LibreOffice: what a document asks for beyond itself is not fetched and not run, and nothing is left of it."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from schemas.form import UnreadableError
from tasks.read import office as legacy
from tasks.read import office_child, office_process, read
from tasks.read.office_process import Limits
from tests.support import office

_LINKED = """<?xml version="1.0"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
  xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
  xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
  xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
  office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:p>项目名称</text:p>
<text:p><draw:frame svg:width="2cm" svg:height="2cm" text:anchor-type="as-char"><draw:image
  xlink:href="{address}/picture.png"/></draw:frame></text:p>
</office:text></office:body></office:document>"""
_FIELD = r"{\field{\*\fldinst INSTRUCTION}{\fldrslt shown}}"
_RTF = r"{\rtf1\ansi{\*\template ADDRESS/template.dot}\pard begin FIELDS end\par}"


class _Listener(socketserver.StreamRequestHandler):
    """Answers with a text that no document holds, and remembers what was asked."""

    asked: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.asked.append(self.rfile.readline().decode("ascii", "replace").split(" ")[1])
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nCANARY")


@pytest.fixture
def address() -> Iterator[str]:
    """Of a server that knows what it was asked for."""
    _Listener.asked.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Listener) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _child_without(call: str, folder: Path) -> str:
    """The child's script, but for one thing it does."""
    script = Path(office_child.__file__).read_text(encoding="utf-8")
    assert script.count(f"    {call}") == 1
    (folder / "child.py").write_text(script.replace(f"    {call}", "    pass"), encoding="utf-8")
    return str(folder / "child.py")


def test_a_linked_picture_is_not_asked_for(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "linked.fodt").write_text(_LINKED.format(address=address), encoding="utf-8")
    made = office.convert([tmp_path / "linked.fodt"], "doc", tmp_path)["linked"]
    # LibreOffice as it comes does ask.
    assert "/picture.png" in _Listener.asked
    _Listener.asked.clear()
    # The settings alone forbid it: where the system lets the child, it leaves the network as well.
    for child in (_child_without("leave_network()", tmp_path), office_child.__file__):
        monkeypatch.setattr(office_child, "__file__", child)
        grids, _ = read("附件2.doc", made.read_bytes())
        assert [cell.text for grid in grids for cell in grid.cells] == ["项目名称"]
        assert _Listener.asked == []


def test_fields_that_include_files_or_run_programs_do_nothing(tmp_path: Path, address: str) -> None:
    office.program()
    (tmp_path / "canary.txt").write_text("CANARY", encoding="utf-8")
    instructions = (
        f'INCLUDETEXT "{(tmp_path / "canary.txt").as_uri()}"',
        f'INCLUDETEXT "{address}/text.txt"',
        f'INCLUDEPICTURE "{address}/picture.png" \\\\d',
        f'DDEAUTO cmd "/c touch {tmp_path / "ran"}"',
    )
    fields = "".join(_FIELD.replace("INSTRUCTION", each) for each in instructions)
    content = _RTF.replace("ADDRESS", address).replace("FIELDS", fields).encode()
    grids, _ = read("附件2.rtf", content)

    said = "".join(cell.text for grid in grids for cell in grid.cells)
    assert said.split() == ["begin", "shownshownshownshown", "end"]
    assert _Listener.asked == []
    assert not (tmp_path / "ran").exists()


def test_one_that_is_killed_leaves_no_socket_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office.program()
    asked: list[str] = []
    sockets = office_process._sockets

    def remembered(profile: str) -> list[str]:
        asked.extend(sockets(profile))
        return sockets(profile)

    def left() -> list[Path]:
        return [path for pattern in asked for path in Path("/").glob(pattern.lstrip("/"))]

    monkeypatch.setattr(office_process, "_sockets", remembered)
    endless = b"{\\rtf1 " + rb"\trowd\cellx1 a\cell\row" * 200_000 + b"}"
    forgetful = _child_without("os.remove(path)", tmp_path)
    for child, count in ((forgetful, 1), (office_child.__file__, 0)):
        asked.clear()
        monkeypatch.setattr(office_child, "__file__", child)
        (refused,) = legacy.convert([(".rtf", endless)], Limits(seconds=1))
        assert isinstance(refused, UnreadableError)
        assert (refused.rule_id, refused.expected) == ("R08", "1 秒内读完")
        assert len(asked) == 2
        assert len(left()) == count
        for path in left():
            path.unlink()
