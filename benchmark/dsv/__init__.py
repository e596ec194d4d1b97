"""Selection among zoos of detectors, by criteria without labels."""
