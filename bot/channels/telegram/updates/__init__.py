"""What Telegram brings: received, read, addressed."""
