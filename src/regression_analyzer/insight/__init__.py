"""The language model: what it is told, what it may return, and the check of every word it writes.

It may propose choices that the rules left open and write sentences around slots; it can change no number.
Importing this room loads no vendor's library; only the process that asks does.
"""
