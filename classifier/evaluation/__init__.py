"""Judges decisions: figures, release gate, confusions, damage."""
