"""Masks what identifies a person: ``scrub`` for one text, ``split`` for what is sent in pieces."""
