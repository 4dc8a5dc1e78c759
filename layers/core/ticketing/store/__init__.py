"""DynamoDB, and the few other AWS calls of the layer; the only home of botocore clients in `ticketing`."""
