"""Why is an account not visible? One rule, one reason; pure: no I/O, no clock, no Slack."""
