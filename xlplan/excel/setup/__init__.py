"""Brings the add-in into Excel and out again, looks at what stands in its way, packs it for other computers."""
