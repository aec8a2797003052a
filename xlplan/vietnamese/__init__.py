"""Vietnamese as communes write it, in plain functions that need only the standard library.

`text` cleans text and makes the keys by which labels and names are matched and sorted; `numbers` reads and
writes figures (2.725 and 4,08%) exactly; `words` writes and reads numbers and money in words, Roman numerals
and the letters of points; `dates` writes and reads dates and periods with the padding of decree 30/2020.
Import the module that is needed: nothing is re-exported here, so that a start-up pays only for what it uses.
"""
