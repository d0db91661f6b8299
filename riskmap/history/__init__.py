"""The record of every change: append-only, one hash chain per bureau."""
