"""What stands behind a screen that several people write on at once: the board they see, and the acts by which they write."""
