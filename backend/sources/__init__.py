"""Where cases come from that no worker reported: residents, the hotline, sensors."""
