"""Which criterion picks the best of very different detectors?"""
