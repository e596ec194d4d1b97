"""Tuning augmentations towards unlabelled images."""
