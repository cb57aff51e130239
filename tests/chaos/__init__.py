"""What breaks a machine, for campaigns: see ``make chaos``."""
