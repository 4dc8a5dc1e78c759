"""The mailbox page: what the local SES has "sent", for people. Nothing leaves this computer."""
