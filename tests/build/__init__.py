"""What `sam build` makes, looked at as files: the tier that builds for real (about twenty seconds).

Run it by name, `pytest tests/build`: pytest does not look into folders called build by itself.
"""
