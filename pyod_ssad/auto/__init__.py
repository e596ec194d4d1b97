"""One line: a zoo that fits the data, a selection without labels, and what to know."""

from pyod_ssad.auto.auto_ssad import AutoSSAD
from pyod_ssad.auto.diagnostics import DIAGNOSTICS, DiagnosticWarning

__all__ = ["DIAGNOSTICS", "AutoSSAD", "DiagnosticWarning"]
