"""What `make check` asks beside format, lint and types: known holes in packages, secrets in files, an open template."""
