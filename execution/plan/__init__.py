"""Operations as plans: what a document asks is worked out once, and then run level by level."""
