"""Finding passages: arms, fusion, packing."""
