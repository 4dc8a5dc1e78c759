"""The whole system on one computer: `make run`, `stop`, `reset`, `invoke` and the stack of the end-to-end tests.

MiniStack plays AWS on 127.0.0.1 and takes the same `sam deploy` of the same `template.yaml` as the cloud.
Nothing here is deployed, and nothing here listens on any other address.
"""
