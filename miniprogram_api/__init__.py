"""The citizens' HTTP API, `/api/v1`: one file a capability, over what `surface` gives them all."""
