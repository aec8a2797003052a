"""From a submission to the Word plan: outline, context, rendering."""
