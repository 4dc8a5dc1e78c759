"""What must stay true of template.yaml, samconfig.toml and build/Makefile, read as text; nothing is deployed."""
