"""The command line: arguments in, one answer out, an exit code that scripts can trust."""
