"""Events that tenants' own systems send: read and checked (`cloud`, `customer_data`), kept (`intake`), and what they
become: contacts, relations and a timeline (`handling`)."""
