"""Which detector for which anomaly: every image detector on every task."""
