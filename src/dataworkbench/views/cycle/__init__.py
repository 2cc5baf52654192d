"""The thread through all stages: the cycle, what is due, each finding's way to its result, and where it is written down."""
