"""Web pages made to harm: spans, towers, crowds, entities, scripts."""

from tests.hostile.build import MIB, shuffled
from tests.hostile.corpus import Case

_HTML = "<html><head><meta charset='utf-8'></head><body>{}</body></html>"


def _page(body: str) -> bytes:
    return _HTML.format(body).encode()


CASES = (
    Case(
        "colspan 100000",
        "a.html",
        lambda: _page('<table><tr><td colspan="100000" rowspan="100000">甲<td>乙</table>'),
        "R03|R08",
    ),
    Case(
        "colspan beyond numbers",
        "a.html",
        lambda: _page(f'<table><tr><td colspan="{"9" * 5000}" rowspan="-5">甲<td colspan="x">乙</table>'),
        "R03|R08",
    ),
    Case(
        "100,000 rows of rowspan",
        "a.html",
        lambda: _page("<table>" + '<tr><td rowspan="65534">甲' * 3_000 + "</table>"),
        "R03|R08",
    ),
    Case("100,000 nested divs", "a.html", lambda: _page("<div>" * 100_000 + "甲"), "R03|R08"),
    Case("1,000 nested tables", "a.html", lambda: _page("<table><tr><td>" * 1_000 + "甲"), "R03|R08"),
    Case("100,000 tables", "a.html", lambda: _page("<table><tr><td>甲</table>" * 100_000), "R08"),
    Case(
        "19 MiB of empty elements",
        "a.html",
        lambda: _page(shuffled(["<p>", "<b>", "<i>"], 19 * MIB)),
        "R08",
        "网页标记",
        off=("tags",),
    ),
    Case(
        "9 MiB of attributes",
        "a.html",
        lambda: _page(shuffled(["<p a b c d e f>", "<p g h i j>"], 9 * MIB)),
        "R08|R03",
    ),
    Case(
        "a document type with entities",
        "a.html",
        lambda: b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + _page("&a;甲"),
        "R03|R01",
    ),
    Case(
        "scripts, frames and links",
        "a.html",
        lambda: _page(
            '<script>x</script><iframe src="http://127.0.0.1:9/"></iframe><img src="file:///etc/passwd"><p>甲'
        ),
        "R03",
    ),
    Case("an open comment", "a.html", lambda: _page("<!--" * 500_000), "R03|R08|R10|R01"),
    Case("only opening brackets", "a.html", lambda: b"<html><body>" + b"<" * (5 * MIB), "R03|R08|R10|R01"),
)
