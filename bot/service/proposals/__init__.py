"""Proposals at work: checked in a child process, published into the content folder, taken back."""
