"""What can go wrong in training and evaluation, said in one line each."""

from __future__ import annotations


class LabelError(Exception):
    """A labelled file cannot be read; the message names the line and what it needs."""


class TrainingError(Exception):
    """There is nothing to learn from; the message says what to add."""


class WorseModelError(Exception):
    """The release gate keeps the last model; the message says by how much it is better."""
