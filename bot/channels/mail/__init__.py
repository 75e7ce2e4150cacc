"""The mailboxes of desks: a ticket goes there as a mail, and the answer to it comes back.

What is pure stands by itself: :mod:`composing` writes a mail to a desk and :mod:`to_askers` one to
an asker who has left an address, both in the form of :mod:`forms`; :mod:`reading_replies` finds
what is new in a mail, :mod:`recognising` tells people from machines, :mod:`authority` says whether
it comes from where it says. :mod:`sending` and :mod:`fetching` speak to the servers; :mod:`intake`
gives what a desk has written to the work on tickets, :mod:`from_askers` what an asker has, and
anything else is kept for those who run the service. :mod:`erasing` asks desks to delete what was
erased here.
"""
