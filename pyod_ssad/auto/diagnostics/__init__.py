"""What a user should know of data and selection, one file each.

A class that a file defines is found by itself.
"""

from pyod_ssad._discovery import find_classes
from pyod_ssad.auto.diagnostics._base import (
    Diagnostic,
    DiagnosticWarning,
    run_diagnostics,
)

DIAGNOSTICS = {
    cls.code: cls
    for cls in sorted(
        find_classes(__name__, __path__, Diagnostic), key=lambda cls: cls.code
    )
}
"""Every diagnostic by its code."""

__all__ = ["DIAGNOSTICS", "Diagnostic", "DiagnosticWarning", "run_diagnostics"]
