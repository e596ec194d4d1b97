"""What ST-SSAD is made of: look-ahead, loop, losses, starts and families."""
