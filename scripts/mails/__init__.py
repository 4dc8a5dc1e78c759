"""`make mails`: one page with every mail, as phones and computers show it, in light and dark."""
