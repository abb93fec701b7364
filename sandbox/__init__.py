"""A strict Slack workspace and strict simulated PSAs on one machine, reached over HTTP only."""
