"""What people see: the dashboard, the widget, the demo customer's page. Holds no business rules."""
