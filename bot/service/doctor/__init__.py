"""Looks at everything that the service stands on."""
