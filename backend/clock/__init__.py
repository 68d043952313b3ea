"""Working time: which days and hours are worked, and what a deadline leaves of them."""
