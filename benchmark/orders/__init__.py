"""What differentiating through the network's step is worth to ST-SSAD."""
