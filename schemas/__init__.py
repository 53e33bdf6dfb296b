"""What is right: forms, vocabulary, units, frames, rules. Nothing here touches a file, a database or a network."""
