"""A part of a submitted file in, its XML tree out: no document type, no entity, no network, bounded in depth and weight.

Part of the guard (``tasks.read.guard``), which is where all others find it.
"""

import re

from lxml import etree

from tasks.read.budgets import BUDGETS, Budgets, broken, over

_USUAL = b'<?xml version="1.0" encoding="UTF-8"'
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")


def plain_xml(part: bytes) -> bytes:
    """A part of a zip as UTF-8 XML without a document type.

    Raises:
        UnreadableError: R01 where it declares a document type (entities, external links) or another encoding than
            UTF-8 and UTF-16, the only two Office writes.
    """
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            part = _DECLARATION.sub(b"", part.decode("utf-16").encode("utf-8"), count=1)
        except UnicodeDecodeError as error:
            raise broken("文件内容已损坏") from error
    if not part.startswith(_USUAL):
        declaration = _DECLARATION.match(part.removeprefix(b"\xef\xbb\xbf"))
        encoding = _ENCODING.search(declaration[0]) if declaration else None
        if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
            raise broken("文件内容的编码不是 Office 使用的")
    # In UTF-8 without a document type of its own there is no other way to write these bytes.
    if b"!" in part and (b"<!DOCTYPE" in part or b"<!ENTITY" in part):
        raise broken("文件里有文档类型声明（DTD），可能有害")
    return part


def check_weight(markup: bytes, budgets: Budgets = BUDGETS) -> None:
    """Refuse markup whose tree would take too much memory, before it is built.

    The sizes are libxml2's: 120 bytes a node, text between two tags being one; 96 more and a text for an attribute.

    Raises:
        UnreadableError: R08.
    """
    tags = markup.count(b"<")
    weight = len(markup) + 240 * markup.count(b"=")
    if weight + 256 * tags <= budgets.tree_bytes:
        # Light enough if each tag were a node and had a text behind it, as nearly every file is.
        return
    nodes = 2 * tags - markup.count(b"</") - markup.count(b"><")
    if weight + 128 * nodes > budgets.tree_bytes:
        raise over("内容过于庞杂", "分成几个较小的文件")


def parse_xml(part: bytes, budgets: Budgets = BUDGETS) -> etree._Element:
    """The tree of a part, read without entities, network or document type.

    Raises:
        UnreadableError: R01 where it is no well-formed XML or has a document type; R08 where it is too large as a
            tree, or nested too deeply.
    """
    plain = plain_xml(part)
    check_weight(plain, budgets)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(plain, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise over("内容嵌套太深", "嵌套不超过 256 层") from error
        raise broken("文件内容已损坏") from error
