"""What goes into a run over many workbooks: which files, under which names, and which communes are missing."""
