"""An Office file's parts in, the same file with some parts changed or added out; what is not touched stays byte for byte."""

import io
import posixpath
import zipfile
from collections.abc import Mapping
from typing import cast

from lxml import etree

from tasks.read.guard import parse_xml
from tasks.word_page import MADE_HERE

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CONTENT_TYPES = "[Content_Types].xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


class Package:
    """An opened Office file. Its bytes have passed the guard when the file was read."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._changed: dict[str, bytes] = {}
        self._types = parse_xml(self._archive.read(_CONTENT_TYPES))

    def part(self, name: str) -> bytes | None:
        """A part's bytes as they are now; None where the file has none."""
        if name in self._changed:
            return self._changed[name]
        return self._archive.read(name) if name in self._archive.namelist() else None

    def tree(self, name: str) -> etree._Element:
        """A part as a tree.

        Raises:
            KeyError: the file has no such part.
        """
        part = self.part(name)
        if part is None:
            raise KeyError(name)
        return parse_xml(part)

    def put(self, name: str, root: etree._Element) -> None:
        """Replace or add a part."""
        self._changed[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def put_bytes(self, name: str, content: bytes) -> None:
        """Replace or add a part that is no tree of ours."""
        self._changed[name] = content

    def names(self) -> set[str]:
        """All parts."""
        return {*self._archive.namelist(), *self._changed}

    def declare(self, name: str, content_type: str) -> None:
        """Say what kind of content a part has."""
        path = f"/{name}"
        if not any(each.get("PartName") == path for each in self._types):
            etree.SubElement(self._types, f"{{{_TYPES}}}Override", PartName=path, ContentType=content_type)

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Say what kind of content all parts with an extension have."""
        if not any(each.get("Extension") == extension for each in self._types):
            entry = etree.Element(f"{{{_TYPES}}}Default", Extension=extension, ContentType=content_type)
            self._types.insert(0, entry)

    def relate(self, source: str, kind: str, target: str) -> str:
        """Relate a part to another one; gives the id. ``target`` is relative to the source's folder."""
        name = relations_of(source)
        part = self.part(name)
        root = (
            etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap=unprefixed(_RELATIONS))
            if part is None
            else parse_xml(part)
        )
        taken = {each.get("Id") for each in root}
        number = next(number for number in range(1, len(taken) + 2) if f"rIdHz{number}" not in taken)
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", Id=f"rIdHz{number}", Type=kind, Target=target)
        self.put(name, root)
        return f"rIdHz{number}"

    def related(self, source: str, kind: str) -> str | None:
        """The part a part is related to by a kind of relation, or None."""
        part = self.part(relations_of(source))
        if part is None:
            return None
        for each in parse_xml(part):
            if str(each.get("Type", "")).endswith(kind) and each.get("TargetMode") != "External":
                target = str(each.get("Target", ""))
                folder = posixpath.dirname(source)
                return (
                    target.lstrip("/")
                    if target.startswith("/")
                    else posixpath.normpath(posixpath.join(folder, target))
                )
        return None

    def saved(self) -> bytes:
        """The file with its changes; the same ones give the same bytes, whenever they are made."""
        self.put(_CONTENT_TYPES, self._types)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for info in self._archive.infolist():
                if not info.is_dir():
                    member = zipfile.ZipInfo(info.filename, info.date_time)
                    member.comment = MADE_HERE if info.filename == _CONTENT_TYPES else b""
                    content = self._changed.get(info.filename) or self._archive.read(info)
                    out.writestr(member, content, zipfile.ZIP_DEFLATED)
            for name in sorted(self._changed.keys() - set(self._archive.namelist())):
                out.writestr(zipfile.ZipInfo(name), self._changed[name], zipfile.ZIP_DEFLATED)
        return target.getvalue()


def is_made_here(content: bytes) -> bool:
    """Whether a file was written by this program, and by no other since."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(info.comment == MADE_HERE for info in archive.infolist())
    except (zipfile.BadZipFile, ValueError):
        return False


def unprefixed(namespace: str) -> dict[str, str]:
    """A map that makes a namespace the default one, as lxml takes it."""
    return cast("dict[str, str]", {None: namespace})


def relations_of(part: str) -> str:
    """The part that holds a part's relations."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relation_targets(package: Package, source: str) -> Mapping[str, str]:
    """Parts by relation id, as the source part names them."""
    part = package.part(relations_of(source))
    folder = posixpath.dirname(source)
    if part is None:
        return {}
    return {
        str(each.get("Id")): posixpath.normpath(
            posixpath.join(folder, str(each.get("Target", "")).lstrip("/"))
        )
        if not str(each.get("Target", "")).startswith("/")
        else str(each.get("Target", "")).lstrip("/")
        for each in parse_xml(part)
    }
