"""A strict validator of Block Kit: every limit of Slack §2.5, the smaller number where sources disagree."""
