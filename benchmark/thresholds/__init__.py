"""How many good images do thresholds flag?"""
