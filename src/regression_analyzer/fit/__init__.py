"""TODO fit."""
