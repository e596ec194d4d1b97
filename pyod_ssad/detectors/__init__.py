"""The detectors, one file each."""

from pyod_ssad._discovery import find_classes
from pyod_ssad.base import BaseSSAD

DETECTORS = {cls.__name__: cls for cls in find_classes(__name__, __path__, BaseSSAD)}
