"""What an operator or an editor types."""
