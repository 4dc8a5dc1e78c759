"""`make bench`: the promised figures, measured on this machine, as ratios within one run."""
