"""How the synthetic registers are made: a plan in whole numbers, histories that fit it, dirt, and
files.

`synthesise` beside this folder is the way in.
"""
