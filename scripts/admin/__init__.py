"""What `python -m scripts.ticketsctl` does, one module for each of its nouns, on any stack that it can reach."""
