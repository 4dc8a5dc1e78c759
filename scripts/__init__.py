"""Commands of the project: the laptop runner, the admin command line, demonstration data, benchmarks."""
