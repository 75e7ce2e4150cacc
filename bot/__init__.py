"""How we talk and remember: channels, the conversation, the journal."""
