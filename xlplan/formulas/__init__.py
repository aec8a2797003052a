"""What a formula says: the cells it refers to, its form (a sum, a difference, a rate), and its result.

Pure: formulas are texts here, and whoever asks gives the values of their cells. Formulas that a table repeats in
every row differ only in their references, so whatever is known of one is kept by its skeleton, the text without them.
"""
