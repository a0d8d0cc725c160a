"""The small durable state: people, grants, partitions, audit. Connection, schema and migrations; each station writes its own questions to it."""
