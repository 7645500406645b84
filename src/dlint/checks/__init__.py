"""The checks that ship with dlint. They import ``dlint.api`` and nothing else of dlint."""
