"""The mailboxes of desks: a ticket goes there as a mail, and the answer to it comes back.

What is pure stands by itself: :mod:`composing` writes a mail, :mod:`reading_replies` finds what is
new in one, :mod:`recognising` tells people from machines, :mod:`authority` says whether it comes
from the desk. :mod:`sending` and :mod:`fetching` speak to the servers; :mod:`intake` gives what a
desk has written to the work on tickets, or keeps it for those who run the service.
"""
