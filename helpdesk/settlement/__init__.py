"""精算: what a delivery month comes to for each business, who approved it, what it was told and what follows."""
