"""The tables, as Django's models; what an item is stands in ``items/domain.py``."""

from django.db import models

from .items.domain import ItemStatus


class ItemRow(models.Model):
    """An item."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    description = models.TextField(null=True)
    status = models.CharField(max_length=16, choices=[(status.value, status.name) for status in ItemStatus])
    version = models.IntegerField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        """How it is stored."""

        db_table = "items"
        indexes = (
            models.Index(fields=["created_at", "id"], name="ix_items_created_at_id"),
            models.Index(fields=["name", "id"], name="ix_items_name_id"),
        )

    def __str__(self) -> str:
        return self.name


class IdempotencyKeyRow(models.Model):
    """A key that a request has used, and what came of it."""

    key = models.CharField(max_length=255, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    result = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        """How it is stored."""

        db_table = "idempotency_keys"
        indexes = (models.Index(fields=["created_at"], name="ix_idempotency_keys_created_at"),)

    def __str__(self) -> str:
        return self.key
