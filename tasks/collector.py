"""Python's collector of cycles, paused while a file is read or parsed.

Neither makes cycles to speak of, but hundreds of thousands of cells, which the collector would walk through again and
again: of a file of 1,400 forms that takes a third of the time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Nothing is collected within; afterwards as it was. Of several threads the first one done lets it go on for all."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
