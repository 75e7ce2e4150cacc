"""What an operator sets and sees: settings, logs, health, metrics, errors."""
