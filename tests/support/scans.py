"""Printed pages in, the same pages as a scanner or a telephone gives them out: askew, stamped, noisy, compressed."""

import io
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tasks.read.pdf_pages import opened, pages, render
from tests.support.annex import TITLE, Annex

FOLDER = Path(__file__).parents[1] / "files" / "scan"

_LEVELS = {
    "数量": ("产出指标", "数量指标（必填硬性指标）"),
    "质量": ("产出指标", "质量指标（必填）"),
    "时效": ("产出指标", "时效指标（必填）"),
    "成本": ("产出指标", "成本指标（必填硬性指标）"),
    "经济": ("效益指标", "经济效益指标（选填）"),
    "社会": ("效益指标", "社会效益指标（必填）"),
    "生态": ("效益指标", "生态效益指标（选填）"),
    "持续": ("效益指标", "可持续影响指标（必填）"),
    "满意": ("满意度指标", "服务对象满意度指标（必填）"),
}

Picture = Any
"""A numpy array of height × width × 3, RGB."""


@cache
def annex() -> Annex:
    """The annex of ``tests/files/scan``, from its description."""
    described = yaml.safe_load((FOLDER / "annex.yml").read_text(encoding="utf-8"))
    return Annex("附件2：2023年项目支出绩效目标表", tuple(_form(form) for form in described))


def _form(form: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    total, granted, other = form["amounts"]
    rows: list[tuple[str, ...]] = [
        (TITLE,),
        ("( 2023年度)",),
        ("项目名称", form["name"]),
        ("主管部门及代码", "066-清水镇人民政府", "实施单位", form["unit"]),
        ("项目属性", "一年期项目", "项目期", "2023年1月至12月"),
        ("项目资金\n（万元）", " 年度资金总额：", total),
        ("", "         其中：财政拨款", granted),
        ("", "           其他资金", other),
        ("年度总体目标", form["goal"]),
        ("名称", "一级指标", "二级指标", "三级指标", "指标值"),
    ]
    above = ("", "")
    for number, (kind, what, value) in enumerate(form["indicators"]):
        levels = _LEVELS[kind]
        shown = tuple("" if each == held else each for each, held in zip(levels, above, strict=True))
        rows.append(("绩效指标" if number == 0 else "", *shown, what, value))
        above = levels
    return tuple(rows)


def needs_recognition() -> None:
    """Skip where the extra ``ocr`` is not installed."""
    pytest.importorskip("onnxruntime", reason="the extra huizong[ocr] is not installed")
    pytest.importorskip("cv2", reason="the extra huizong[ocr] is not installed")


def printed(content: bytes, dpi: int, numbers: Sequence[int] | None = None) -> list[Picture]:
    """Pages of a PDF as pictures; all of them, or those of these numbers."""
    with opened(content) as document:
        return [render(page, dpi) for number, page in pages(document) if numbers is None or number in numbers]


def annex_pages(dpi: int, numbers: Sequence[int] | None = None) -> list[Picture]:
    """Pages of the annex, one form each."""
    return printed((FOLDER / "annex.pdf").read_bytes(), dpi, numbers)


def scanned(
    page: Picture, dpi: int, *, tilt: float = 0.0, stamp: tuple[float, float] | None = None, seed: int = 0
) -> Picture:
    """A page as it comes out of an office's scanner.

    Args:
        page: As printed.
        dpi: Of the page, for the size of the stamp.
        tilt: Degrees it lies askew, clockwise.
        stamp: Middle of a red stamp, in shares of the page's width and height.
        seed: Of the noise.
    """
    import cv2  # noqa: PLC0415  of the extra ``ocr``

    work: Any = page.astype(np.float32)
    if stamp is not None:
        work = _stamped(work, dpi, stamp)
    height, width = work.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -tilt, 1.0)
    white = (255.0, 255.0, 255.0)
    work = cv2.warpAffine(work, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=white)
    work = cv2.GaussianBlur(work, (0, 0), 0.45)
    chance = np.random.default_rng(seed)
    # Grey paper, not quite even, and the noise of the sensor.
    shade = np.linspace(238, 250, width, dtype=np.float32)[None, :, None] / 255
    work = work * shade + chance.normal(0, 6, work.shape).astype(np.float32)
    return np.clip(work, 0, 255).astype(np.uint8)


def _stamped(work: Any, dpi: int, middle: tuple[float, float]) -> Any:  # noqa: ANN401  numpy arrays
    """A round seal of 42 mm: ring, star, and strokes where its letters stand; ink lets black print show through."""
    import cv2  # noqa: PLC0415

    height, width = work.shape[:2]
    x, y = round(middle[0] * width), round(middle[1] * height)
    radius = dpi * 21 / 25.4
    ink = np.zeros((height, width), np.uint8)
    cv2.circle(ink, (x, y), round(radius), 255, max(2, round(radius / 17)), cv2.LINE_AA)
    star = [
        (
            x + radius * size * math.sin(math.pi * corner / 5),
            y - radius * size * math.cos(math.pi * corner / 5),
        )
        for corner, size in enumerate((0.33, 0.13) * 5)
    ]
    cv2.fillPoly(ink, [np.array(star, np.int32)], 255, cv2.LINE_AA)
    for step in range(-5, 6):
        turn = math.radians(step * 24)
        ends = [
            (round(x + radius * at * math.sin(turn + off)), round(y - radius * at * math.cos(turn + off)))
            for at, off in ((0.68, -0.08), (0.9, 0.08), (0.68, 0.08), (0.9, -0.08))
        ]
        cv2.line(ink, ends[0], ends[1], 255, max(2, round(radius / 25)), cv2.LINE_AA)
        cv2.line(ink, ends[2], ends[3], 255, max(2, round(radius / 25)), cv2.LINE_AA)
    share = (ink.astype(np.float32) / 255 * 0.85)[..., None]
    red = np.array([214.0, 38.0, 44.0], np.float32)
    return work * (1 - share) + np.minimum(work, red) * share


def saved(scans: Sequence[Picture], kind: str, **options: object) -> bytes:
    """Pages as one file: a ``PDF`` without text (of JPEGs) or a ``TIFF`` of many, or one as ``PNG``, ``BMP``, ``JPEG``.

    Args:
        scans: The pages.
        kind: As Pillow names it.
        options: Of the format: ``quality`` of a JPEG, ``resolution`` of a PDF in dots per inch.
    """
    from PIL import Image  # noqa: PLC0415  of the extra ``ocr``

    first, *rest = [Image.fromarray(page) for page in scans]
    more: dict[str, object] = {"save_all": True, "append_images": rest} if kind in ("PDF", "TIFF") else {}
    target = io.BytesIO()
    first.save(target, kind, **more, **options)
    return target.getvalue()


def jpegs_in_pdf(scans: Sequence[Picture], dpi: int, quality: int = 70) -> bytes:
    """A PDF without text, as an office's scanner sends it."""
    return saved(scans, "PDF", resolution=dpi, quality=quality)
