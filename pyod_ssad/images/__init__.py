"""What users pass in as images: finding, decoding, checking and loading.

Importing this package imports no torch, so that data sets can decode without it.
"""

from pyod_ssad.images.files import list_images

__all__ = ["list_images"]
