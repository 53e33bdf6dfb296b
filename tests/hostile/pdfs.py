"""PDF made to harm: page trees that loop, crowds of pages, deep arrays, bombs in streams and boxes, actions."""

from tests.hostile.build import CATALOGUE, MIB, ONE_PAGE, drawn, page, pdf, stream
from tests.hostile.corpus import Case

_JS = b"<< /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1:9/'\\)) >>"


def _pages(count: int, kids: bytes | None = None) -> bytes:
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids or b"3 0 R " * count, count)
    return pdf([CATALOGUE, tree, page(), drawn()])


def _action(action: bytes) -> bytes:
    catalogue = CATALOGUE.replace(b">>", b"/OpenAction " + action + b" /AA << /WC " + action + b" >> >>")
    link = (
        b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 600 800] /A "
        + action
        + b" >>] /AA << /O "
        + action
        + b" >>"
    )
    return pdf([catalogue, ONE_PAGE, page(more=link), drawn()])


def _with(content: bytes) -> bytes:
    return pdf([CATALOGUE, ONE_PAGE, page(), content])


def _form_loop() -> bytes:
    """A drawing that draws itself."""
    looped = page().replace(b"/Font", b"/XObject << /X 5 0 R >> /Font")
    inner = stream(b"/X Do").replace(
        b"<<", b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>", 1
    )
    return pdf([CATALOGUE, ONE_PAGE, looped, stream(b"/X Do"), inner])


ANY = "R01|R03|R08|R10"

CASES = (
    Case("a PDF without anything", "a.pdf", lambda: b"%PDF-1.7\n", "R01|R10"),
    Case("a PDF of noise", "a.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 200, "R01|R10"),
    Case("half a PDF", "a.pdf", lambda: _pages(1)[:300], ANY),
    Case("100,000 pages", "a.pdf", lambda: _pages(100_000), "R08|R10"),
    Case(
        "a count of pages that lies",
        "a.pdf",
        lambda: pdf([CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", page(), drawn()]),
        ANY,
    ),
    Case("a page tree that loops", "a.pdf", lambda: _pages(3, b"2 0 R 2 0 R 3 0 R"), ANY),
    Case(
        "a page tree of a thousand floors",
        "a.pdf",
        lambda: pdf(
            [
                CATALOGUE,
                *(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (n + 1) for n in range(2, 1_002)),
                page(),
                drawn(),
            ]
        ),
        ANY,
    ),
    Case("deep arrays", "a.pdf", lambda: _with(stream(b"[" * 200_000)), ANY),
    Case(
        "deep arrays in the catalogue",
        "a.pdf",
        lambda: pdf([CATALOGUE.replace(b">>", b"/X " + b"[" * 200_000 + b" >>"), ONE_PAGE, page(), drawn()]),
        ANY,
    ),
    Case("a bomb in a stream", "a.pdf", lambda: _with(stream(b" " * (150 * MIB), deflate=True)), ANY),
    Case(
        "50,000 words on a page",
        "a.pdf",
        lambda: _with(stream(b"BT /F1 1 Tf " + b"1 0 Td (a) Tj " * 50_000 + b"ET", deflate=True)),
        ANY,
    ),
    Case(
        "30,000 lines on a page",
        "a.pdf",
        lambda: _with(stream(b"0 0 m 9 9 l S " * 30_000, deflate=True)),
        ANY,
    ),
    Case(
        "a giant page",
        "a.pdf",
        lambda: pdf([CATALOGUE, ONE_PAGE, page(b"[0 0 99999999 99999999]"), drawn()]),
        ANY,
    ),
    Case(
        "a page without size", "a.pdf", lambda: pdf([CATALOGUE, ONE_PAGE, page(b"[0 0 0 0]"), drawn()]), ANY
    ),
    Case(
        "a page that is no number",
        "a.pdf",
        lambda: pdf([CATALOGUE, ONE_PAGE, page(b"[/a (b) null 1e99]"), drawn()]),
        ANY,
    ),
    Case("a drawing that draws itself", "a.pdf", _form_loop, ANY),
    Case("JavaScript", "a.pdf", lambda: _action(_JS), ANY),
    Case("a programme to launch", "a.pdf", lambda: _action(b"<< /S /Launch /F (/bin/touch) >>"), ANY),
    Case("a link", "a.pdf", lambda: _action(b"<< /S /URI /URI (http://127.0.0.1:9/) >>"), ANY),
    Case(
        "a file to go to",
        "a.pdf",
        lambda: _action(b"<< /S /GoToR /F (//127.0.0.1/share/x.pdf) /D [0 /Fit] >>"),
        ANY,
    ),
    Case(
        "a PDF with a password",
        "a.pdf",
        lambda: pdf(
            [
                CATALOGUE,
                ONE_PAGE,
                page(),
                drawn(),
                b"<< /Filter /Standard /V 1 /R 2 /P -44 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>",
            ],
            trailer=b"/Encrypt 5 0 R /ID [<41><41>]",
        ),
        "R02|R10",
    ),
)
