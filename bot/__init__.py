"""The bot: asks, syncs, remembers and speaks."""
