"""Word files that others wrote: their text as a person reads it, and how each letter is formatted."""
