"""Lines of print in, their text out, each letter with how sure the network is of it.

rapidocr's wheel carries the model (PP-OCRv6, Apache-2.0), so nothing is fetched; it is run here without rapidocr's own
code, which gives one mean score a line. A mean hides the one letter that was misread: of 1,366 lines of an annex scanned
under stamps, 9 were misread, none with a mean below 0.8, all but one with a weakest letter below 0.9. And each line is
given to the network by itself: lines of one batch must be padded to the longest, which doubles the time, and makes the
network drop letters at the end.
"""

import importlib.util
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from tasks.read.scan_stamp import Image

_THREADS = 2
_HEIGHT = 48
"""Dots; what the network was trained on."""
_NARROWEST = 16
_MARGIN = 0.14
"""White around a line, in its heights; the network was trained on lines that do not touch the edge."""
_PAIRS = (
    "（(",
    "）)",
    "，,",
    "：:",
    "；;",
    "％%",
    "＝=",
    "≧≥",
    "≦≤",
    "！!",
    "？?",
    "／/",
    "～~",
    "＋+",
    "﹣-",
)
"""Two forms of one letter."""
_BLANK = 0
"""The network's sign for nothing, in the order of its letters (connectionist temporal classification)."""


class Letter(NamedTuple):
    """A letter of a line."""

    text: str
    confidence: float


class Recognised(NamedTuple):
    """What a line says."""

    letters: tuple[Letter, ...]

    @property
    def text(self) -> str:
        """All letters."""
        return "".join(letter.text for letter in self.letters)

    @property
    def confidence(self) -> float:
        """Of the weakest letter, 0 to 1; 0 for ink that is no letter."""
        return min((letter.confidence for letter in self.letters if letter.text != " "), default=0.0)


@cache
def _network() -> tuple[Any, str, tuple[str, ...]]:
    """The network, the name of its input, and its letters. Loaded once a process.

    Raises:
        ImportError: the extra ``ocr`` is not installed.
    """
    import onnxruntime  # noqa: PLC0415  a child may have nothing to recognise

    found = importlib.util.find_spec("rapidocr")
    if found is None or not found.submodule_search_locations:
        raise ImportError("rapidocr is not installed")
    folder = Path(found.submodule_search_locations[0]) / "models"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Memory is given back after each line; threads that wait for work do not keep a core busy.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = next(folder.glob("*_rec_*.onnx"), None)
    if model is None:
        raise ImportError("rapidocr's wheel holds no model that recognises text")
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    letters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    return session, session.get_inputs()[0].name, ("", *letters, " ")


def recognise(lines: Sequence[Image]) -> list[Recognised]:
    """The text of each line, in the order given.

    Args:
        lines: Pictures of one line each, black on white, cropped to the ink.

    Raises:
        ImportError: the extra ``ocr`` is not installed.
    """
    return [_recognised(line) for line in lines]


def _recognised(line: Image) -> Recognised:
    session, name, letters = _network()
    framed = _framed(line)
    high, wide = framed.shape
    width = max(_NARROWEST, math.ceil(_HEIGHT * wide / high))
    way = cv2.INTER_AREA if high > _HEIGHT else cv2.INTER_CUBIC
    sized = cv2.resize(framed, (width, _HEIGHT), interpolation=way)
    given = np.broadcast_to((sized.astype(np.float32) / 127.5 - 1)[None, None], (1, 3, _HEIGHT, width))
    (likely,) = session.run(None, {name: np.ascontiguousarray(given)})
    return Recognised(tuple(_decoded(likely[0], letters)))


def _framed(line: Image) -> Image:
    margin = max(2, round(line.shape[0] * _MARGIN))
    return np.pad(line, margin, constant_values=255)


def _decoded(likely: "np.ndarray[Any, Any]", letters: Sequence[str]) -> list[Letter]:
    """The letters of the likeliest path: equal signs beside each other are one letter, as sure as its surest.

    Args:
        likely: Steps from left to right × letters.
        letters: Of the network.
    """
    path = likely.argmax(axis=1)
    # Forms of one letter share what the network is sure of: （ and ( are the same sign here.
    twins = _twins(tuple(letters))[path]
    steps = np.arange(len(path))
    sure = likely[steps, path] + np.where(twins >= 0, likely[steps, twins], 0)
    found: list[Letter] = []
    previous = _BLANK
    for index, confidence in zip(path.tolist(), sure.tolist(), strict=True):
        if index != _BLANK:
            if index == previous:
                held = found.pop()
                found.append(held._replace(confidence=min(1.0, max(held.confidence, confidence))))
            else:
                found.append(Letter(letters[index], min(1.0, confidence)))
        previous = index
    return found


@cache
def _twins(letters: tuple[str, ...]) -> "np.ndarray[Any, Any]":
    """For each letter the place of the one that is only another form of it; -1 where there is none."""
    places = {letter: place for place, letter in enumerate(letters)}
    found = np.full(len(letters), -1)
    for pair in _PAIRS:
        one, other = (places.get(each) for each in pair)
        if one is not None and other is not None:
            found[one], found[other] = other, one
    return found
