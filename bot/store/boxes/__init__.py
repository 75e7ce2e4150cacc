"""Inbox, outbox and leases: messages in transit, kept until they are done with."""
