"""That the security checks of `make check` bite: each is shown what it must refuse."""
