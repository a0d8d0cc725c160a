"""Who: accounts, groups, memberships, credentials, logins. What they may see is policy's business.

A *person* has an account. A *membership* is one person's term in one group, with an end. A *credential* belongs to a membership and dies with it.
A *verifier* is what is kept of a secret or a password: enough to check it, not enough to have it.
"""
