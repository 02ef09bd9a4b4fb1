from django.db import migrations, models


class Migration(migrations.Migration):
    """They are of everybody who bears a cost by now, not of visitors alone."""

    dependencies = [("billing", "0007_prices_and_budgets")]

    operations = [
        migrations.RemoveConstraint("visitorspend", "visitor_spend_unique"),
        migrations.RemoveConstraint("visitorhold", "visitor_hold_unique"),
        migrations.RenameModel("VisitorSpend", "Spend"),
        migrations.RenameModel("VisitorHold", "BudgetHold"),
        migrations.AddConstraint(
            "spend", models.UniqueConstraint(fields=("tenant", "day", "subject"), name="spend_unique")
        ),
        migrations.AddConstraint(
            "budgethold", models.UniqueConstraint(fields=("tenant", "turn_id"), name="budget_hold_unique")
        ),
    ]
