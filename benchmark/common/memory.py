"""The memory that a block of code needs."""

import time
from contextlib import contextmanager
from pathlib import Path
from resource import getpagesize
from threading import Event, Thread

STATM = Path("/proc/self/statm")
EVERY = 0.02
"""Seconds between two looks."""


@contextmanager
def watch_memory():
    """Yield a dict that has, after the block, its ``peak_bytes`` of resident memory.

    Notes
    -----
    It is that of the whole process, looked at fifty times a second; NaN where the
    system has no ``/proc``.
    """
    found, done = {"peak_bytes": resident_bytes()}, Event()

    def look():
        while not done.is_set():
            found["peak_bytes"] = max(found["peak_bytes"], resident_bytes())
            time.sleep(EVERY)

    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join()


def resident_bytes():
    """Return the resident memory of this process; NaN where it is not told."""
    if not STATM.exists():
        return float("nan")
    return int(STATM.read_text().split()[1]) * getpagesize()
