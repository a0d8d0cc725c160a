"""The library that people import. Lazy: importing it brings no heavy library."""
