"""The API's objects: what each field is called, and how rows of selectors become them. One module per kind."""
