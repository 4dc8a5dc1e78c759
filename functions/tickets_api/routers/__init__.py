"""One router a noun. A route loads, decides, saves and answers; what it decides by belongs to the domain."""
