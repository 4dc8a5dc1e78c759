"""A real OpenSearch on 127.0.0.1, from Maven Central: `make run SEARCH=opensearch` and the tests of searching use it.

It is the server that AWS runs, without its plugins: no `_reindex`, no `_delete_by_query`, no scripts, no ICU.
"""
