"""When the work is done: the nightly flow and the command line."""
