"""The language server: what editors ask of dlint, answered from the open texts and the project around them."""
