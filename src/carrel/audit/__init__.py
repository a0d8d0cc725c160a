"""What happened: append only, hash-chained, on disk before anything is answered.

A *begin* row says what is about to be done, a *finish* row how it ended. *Content* is what a row says; *chain* is the digest that ties it to the rows
before it. The chain runs over digests of contents, so that old content can be destroyed and the chain still verifies.
"""
