"""Pretext tasks: what a network learns without labels, one file each."""
