"""Definition + facts -> measurements."""
