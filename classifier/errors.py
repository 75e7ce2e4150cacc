"""What can go wrong in the classifier, said in one line each."""

from __future__ import annotations


class ClassifierError(Exception):
    """Every error of ``classifier``'s own is one of these; the message says what to do."""


class ArtifactError(ClassifierError):
    """A model folder cannot be used; the message says what is wrong and what to do."""


class LabelError(ClassifierError):
    """A labelled file cannot be read; the message names the line and what it needs."""


class TrainingError(ClassifierError):
    """There is nothing to learn from; the message says what to add."""


class WorseModelError(ClassifierError):
    """The release gate keeps the last model; the message says by how much it is better."""
