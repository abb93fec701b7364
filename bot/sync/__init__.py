"""One sync: read, judge, guard, write, compare."""
