"""The pages that a visitor of the demo sees: what the API answers to the mini-program, on a phone-wide page."""
