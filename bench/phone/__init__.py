"""The phone's side of the benchmark: the app in Chromium, slowed down as a cheap phone is."""
