"""One thread a fit, so that results do not hang on how many there are."""

import sys

from threadpoolctl import threadpool_limits


def one_thread():
    """Return a context in which libraries that are loaded take one thread."""
    # Where it is loaded, PyTorch sets a thread's number at its first use, over any
    # limit set before: asking for that number is such a use.
    if "torch" in sys.modules:
        sys.modules["torch"].get_num_threads()
    return threadpool_limits(limits=1)
