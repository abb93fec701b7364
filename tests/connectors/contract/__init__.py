"""What every connector owes to the bot, proven on each registered one against its simulated PSA."""
