"""Changes that editors propose: what they are, what speaks against them, what they would move."""
