"""What a rule is: its page, its check, the problems it reports and the findings made of them."""
