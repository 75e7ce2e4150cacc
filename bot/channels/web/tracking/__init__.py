"""The page and the API by which a ticket is found again, with its number and its code."""
