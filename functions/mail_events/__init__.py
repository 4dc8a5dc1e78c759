"""Hears what becomes of mails: notes it in their ledger, and suppresses addresses that bounced or complained."""
