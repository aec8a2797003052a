"""Office packages: the only room that opens zip files and reads their XML."""
