"""How MariaDB bends a text that a column cannot hold as it stands: numbers, times, texts. Pure; a file for each."""
