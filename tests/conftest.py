"""What every tier needs: an environment that names no real account."""

import os

# Before any module of a function is imported; nothing of the developer's own AWS set-up may leak into a test.
for name in [name for name in os.environ if name.startswith("AWS_") and not name.startswith("AWS_CA_")]:
    del os.environ[name]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_METRICS_DISABLED": "true",
}
