"""The right people get one mail on every change that matters."""
