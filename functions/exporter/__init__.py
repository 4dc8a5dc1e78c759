"""Writes exports: filtered lists as files, however long they are."""
