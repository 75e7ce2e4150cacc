"""A question that reaches a person, and the answer that comes back; no telegram, no SQL.

The words of this room:

- **ticket**: one request to one desk, numbered ``2026-00123``. It is ``open`` (nobody took it),
  ``held`` (the desk's turn), ``waiting`` (the asker's turn), ``closed``, or ``erased``.
- **message**: what the asker, the desk or the bot said in a ticket; internal ones stay there.
- **copy**: a message as it stands in one place (the asker's chat, the desk's topic), with the
  number that it has there: the relay map, read in both directions.
- **event**: what happened to a ticket, for its history and its figures; each has a key, so that it
  happens once.
- **job**: something to be done at a moment, by whichever process is there: a reminder, a closing.
- **staff**: whoever answers for a desk.
- **draft**: what a person is about to send, kept between the preview and "Envoyer".

How it is used: whoever stands above (the asker's conversation, the desk's topic, the command
line, the clock) calls one method of :class:`bot.escalation.casework.Casework` inside a transaction,
with the :class:`bot.escalation.ports.Records` of that transaction, and puts the deliveries that
come back into the outbox in the same transaction. A method that returns ``None`` was overtaken:
somebody else changed the ticket first, and nothing was written.
:mod:`bot.escalation.transitions` says which step leads from which state to which.
"""
