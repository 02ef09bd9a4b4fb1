"""What contacts and colleagues say about answers, and what a company makes of it. It changes no answer by itself."""
