"""What the studies share: arguments, data, stored jobs, timing."""
