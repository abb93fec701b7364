"""The job queue: one interface, and the engine that runs inside this process."""
