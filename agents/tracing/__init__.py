"""Why an answer came out as it did: spans, stored per tenant."""
