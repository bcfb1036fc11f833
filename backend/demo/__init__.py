"""The made-up county and the WeChat stand-in of demo mode and tests; imported by run.py and tests alone."""
