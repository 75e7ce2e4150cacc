"""Alembic's migrations, shipped as package data."""
