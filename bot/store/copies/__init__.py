"""Copies of what is kept: made of a serving database, and put back."""
