"""Each is a process of its own: a JSON document on standard input, one JSON line on standard output."""
