"""When a connection's syncs are due: pure, ``now`` is an argument; nothing here reads the database or a clock."""
