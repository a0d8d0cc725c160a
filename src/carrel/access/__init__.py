"""Who is let in and how it ends: imports of people and groups, credentials for members, offboarding.

An *entry* is what the file says of one person or group; the *record* is what the state knows. An import makes the records what the entries say, all or nothing.
"""
