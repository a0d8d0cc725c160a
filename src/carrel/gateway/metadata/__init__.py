"""What the server says of itself and of its tables: `SHOW`, `DESCRIBE` and `information_schema`, each filtered by what the asker knows."""
