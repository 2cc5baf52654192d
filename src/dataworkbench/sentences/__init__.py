"""Sentences: what a frame that has passed the gate says in plain words, and what a page was made from."""

from dataworkbench.sentences.chance import chance_words
from dataworkbench.sentences.describing import describe
from dataworkbench.sentences.running import what_was_run
from dataworkbench.sentences.said import Sentences

__all__ = ["Sentences", "chance_words", "describe", "what_was_run"]
