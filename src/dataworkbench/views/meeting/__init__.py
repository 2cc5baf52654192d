"""The meeting of a team: what the room shows and takes in, and what is left of it on paper."""
