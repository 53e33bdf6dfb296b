"""What an old document asks for beyond itself is not fetched and not run: a real LibreOffice, and a server that listens."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from tasks.read import office_child, read
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


def test_a_linked_picture_is_not_asked_for(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "linked.fodt").write_text(_LINKED.format(address=address), encoding="utf-8")
    made = office.convert([tmp_path / "linked.fodt"], "doc", tmp_path)["linked"]
    # LibreOffice as it comes does ask.
    assert "/picture.png" in _Listener.asked
    _Listener.asked.clear()
    # The settings alone forbid it: where the system lets the child, it leaves the network as well.
    script = Path(office_child.__file__).read_text(encoding="utf-8")
    assert script.count("    leave_network()\n") == 1
    (tmp_path / "child.py").write_text(script.replace("    leave_network()\n", ""), encoding="utf-8")

    for child in (str(tmp_path / "child.py"), office_child.__file__):
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
