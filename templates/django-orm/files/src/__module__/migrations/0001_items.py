"""Items and idempotency keys."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="IdempotencyKeyRow",
            fields=[
                ("key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=64)),
                ("result", models.TextField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "idempotency_keys",
                "indexes": [models.Index(fields=["created_at"], name="ix_idempotency_keys_created_at")],
            },
        ),
        migrations.CreateModel(
            name="ItemRow",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("description", models.TextField(null=True)),
                (
                    "status",
                    models.CharField(
                        max_length=16, choices=[("draft", "DRAFT"), ("active", "ACTIVE"), ("archived", "ARCHIVED")]
                    ),
                ),
                ("version", models.IntegerField()),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "items",
                "indexes": [
                    models.Index(fields=["created_at", "id"], name="ix_items_created_at_id"),
                    models.Index(fields=["name", "id"], name="ix_items_name_id"),
                ],
            },
        ),
    ]
