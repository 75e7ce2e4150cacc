"""Where the store lies: a SQLite file or a PostgreSQL server."""
