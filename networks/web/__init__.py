"""Read pages of other sites safely from a pasted link. A person posts the answers there.

Imports nothing: a separate process loads `page` alone.
"""
