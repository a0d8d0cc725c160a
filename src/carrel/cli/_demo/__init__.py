"""What `carrel demo` is made of: the sample's files, the scene, the ways in, the clients that walk them, and what is compared."""
