"""The local Slack workspace: strict Web API, signed deliveries, and the web page."""
