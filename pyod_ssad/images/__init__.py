"""What users pass in as images: checking, decoding and loading.

Importing this package imports no torch, so that data sets can decode without it.
"""
