"""The rules, the store and the words that every function shares."""
