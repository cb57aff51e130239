"""Grammar fuzzing: lines of every form, changed as their grammar has it, and what must hold."""
