"""The builder's language: text to instructions, words and here-documents, lossless and total."""
