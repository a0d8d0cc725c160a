"""The small durable state: people, memberships, published tables, audit. Connection, schema and migrations; each station writes its own questions to it."""
