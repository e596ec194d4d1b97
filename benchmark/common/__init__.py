"""What the studies share: arguments, data, the store of fits, timing."""
