"""What a team shares: stores, logins, and servers beyond loopback; each only on asking, by environment variables or a flag."""
