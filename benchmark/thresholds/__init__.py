"""How fast training, tuning and the criteria are."""
