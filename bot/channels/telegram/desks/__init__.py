"""The groups of desks: tickets become topics there, and what is answered finds its asker."""
