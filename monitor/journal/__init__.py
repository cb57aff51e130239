"""The journal on disk: spool, recording and source of the engine in one."""
