"""What people ask in chat, from their words to their message."""

from bot.conversation.pasts import Pasts
from bot.conversation.talk import Conversation, Parts

__all__ = ["Conversation", "Parts", "Pasts"]
