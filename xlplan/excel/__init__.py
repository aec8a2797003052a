"""Excel: what makes the macro workbooks and the add-in."""
