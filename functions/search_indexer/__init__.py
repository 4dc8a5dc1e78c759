"""What is derived from the table's stream for finding things: today the changes feed."""
