"""Tickets in the database, as the ports of ``bot.escalation`` want them."""
