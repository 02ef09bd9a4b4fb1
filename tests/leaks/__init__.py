"""The matrix of leaks: everything through which data can go × everybody who must not have it. Made from the code."""
