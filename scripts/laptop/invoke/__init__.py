"""`make invoke`: a built function and an event, through Lambda's own runtime interface, without Docker."""
