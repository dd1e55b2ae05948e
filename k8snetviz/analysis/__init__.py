"""Tables in, one declared table out: no files, network, clock, randomness, printing or charts."""
