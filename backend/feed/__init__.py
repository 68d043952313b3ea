"""The change feed: what each scope holds, and since which version.

Every room writes it by changing its models; only the phone's pull reads it.
"""
