"""Typed structs of the API objects: only the fields that tables need; everything else is skipped unread.

That is what keeps environment values, arguments, Secrets, managedFields and foreign annotations out
of a snapshot: the decoder does not know them.
"""
