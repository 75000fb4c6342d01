"""What `interlayer doctor` looks at: versions, stores, kept files, programs, ports, runs, schedules and the disk."""
