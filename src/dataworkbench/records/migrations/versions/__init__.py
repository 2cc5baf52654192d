"""One file is one step from one form of the tables to the next."""
