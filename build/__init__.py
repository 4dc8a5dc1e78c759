"""What `sam build` runs; see the Makefile beside this file."""
