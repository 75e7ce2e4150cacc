"""The core: one incoming message leads to one outcome."""
