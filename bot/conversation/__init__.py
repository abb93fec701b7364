"""What people ask in chat, from their words to their message."""

from bot.conversation.choosing import Choosing
from bot.conversation.listing import Listings
from bot.conversation.pasts import Pasts
from bot.conversation.rights import Rights
from bot.conversation.rulebook import Rules
from bot.conversation.talk import Conversation, Parts

__all__ = ["Choosing", "Conversation", "Listings", "Parts", "Pasts", "Rights", "Rules"]
