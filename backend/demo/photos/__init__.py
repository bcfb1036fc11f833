"""Made-up photos, drawn by code: what volunteers of the demo county hand in as evidence. They show nobody."""
