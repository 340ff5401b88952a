"""Pages of other sites by a link a person gave: what stands there, read safely. Answers there are posted by hand.

Imports nothing: `page` is loaded alone, by a process that holds nothing else of ours.
"""
