"""The demo town: believable, deterministic, and without anyone or anything that exists.

Given names carry 演, 拟, 例, 样 or 仿; identity numbers and credit codes use the area 330399, which was never
assigned; mobile numbers start with 160, which no operator has.
"""
