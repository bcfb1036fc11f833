"""How pages are made, for every audience: rendering, plain forms, days and moments as people say them."""
