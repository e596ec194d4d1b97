"""The detectors, one file each."""

from pyod_ssad._discovery import find_classes
from pyod_ssad.image_detector import BaseImageDetector

DETECTORS = {
    cls.__name__: cls for cls in find_classes(__name__, __path__, BaseImageDetector)
}
