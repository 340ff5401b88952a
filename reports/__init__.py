"""The monthly report: a month's cases as figures, tables, a letter and pictures (KU-22).

Cases come in as values; figures and files go out. Nothing here knows the database, the messenger or the clock.
"""
