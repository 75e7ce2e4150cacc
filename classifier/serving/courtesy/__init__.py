"""Courtesy around a question, found and set aside: what a message asks is decided without it."""
