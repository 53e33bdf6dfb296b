"""How the work is done: one verb per module, in the order of the flow."""
