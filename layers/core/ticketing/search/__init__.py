"""Search by OpenSearch: the second finder, its index, and what writes it. Loaded only where a cluster is configured."""
