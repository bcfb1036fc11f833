"""What departments' own systems call: signed requests under /api/department/v1."""
