"""What goes to Telegram: paced, rendered, sent, retried."""
