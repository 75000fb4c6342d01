"""Where series come from: read anew each time, without a password in anything that is kept or shown."""
