"""What we know: the entries, desks and refusals that a content folder holds."""
