"""One question by MySQL Connector/Python's C part: `python connector_c.py JSON`, of options, text and values; prints rows or the error's number as JSON.

Its wheel brings an OpenSSL of its own, which does not go together with one that is loaded already: so it is imported first, in a process of its own.
"""

import _mysql_connector  # noqa: I001 - before anything that loads OpenSSL

import json
import sys

import mysql.connector

options, text, values = json.loads(sys.argv[1])
try:
    connection = mysql.connector.connect(use_pure=False, **options)
    assert isinstance(connection._cmysql, _mysql_connector.MySQL)
    cursor = connection.cursor(prepared=bool(values))
    cursor.execute(text, tuple(values))
    rows = [[cell.decode() if isinstance(cell, bytes | bytearray) else cell for cell in row] for row in cursor.fetchall()]
    print(json.dumps(rows, default=str))
except mysql.connector.Error as error:
    print(json.dumps({"error": error.errno}))
