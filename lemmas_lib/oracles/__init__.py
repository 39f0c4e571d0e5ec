"""What everything is checked against; imports nothing that it checks.

``loops`` and ``formulas`` are the two sides of each sum, literally;
``adjoints`` has its cotangents block by block, and ``differences`` has them as
difference quotients;
``definitions`` is the mixed model in full, in long and exact arithmetic;
``rounding`` says how far a sum in floating point may be from the exact one,
and ``arithmetic`` turns numbers into fractions.
"""
