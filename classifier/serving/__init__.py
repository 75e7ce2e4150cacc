"""Decides with numpy alone: load, rank, calibrate, decide, explain."""
