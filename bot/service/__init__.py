"""One running process: wired, started, reloaded, watched, cared for."""
